"""Reading changes nothing: no page of anybody writes a table of the portal's own."""

from __future__ import annotations

import pytest

from tests.consistency.walking import Walk

# The mark makes pytest-django prepare a database, which the walk uses by itself.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("walk")]

# Traces, and what belongs to the browser.
EVERYWHERE = {"django_session"}
# Reading personal data in bulk and taking papers out of the house is written down.
TRACED = {
    "applications:version_pdf": {"audit_auditentry"},
    "applications:version_word": {"audit_auditentry"},
    "admin:people_user_data": {"audit_auditentry"},
    "admin:reviews_evening": {"audit_auditentry"},
    "admin:reviews_evening_table": {"audit_auditentry"},
    "admin:reviews_archive_file": {"audit_auditentry"},
    "admin:reviews_summary_table": {"audit_auditentry"},
    "admin:reviews_figures_workbook": {"audit_auditentry"},
    "admin:reviews_paper_table": {"audit_auditentry"},
    "admin:reviews_paper": {"audit_auditentry"},
    "admin:reviews_dossier": {"audit_auditentry"},
    "admin:reviews_objection_file": {"audit_auditentry"},
    "admin:documents_document_file": {"audit_auditentry"},
}


def test_no_page_writes_when_it_is_read(walk: Walk) -> None:
    assert len(walk.writes) > 1000
    wrong = {
        (role, name): tables - EVERYWHERE - TRACED.get(name, set())
        for (role, name), tables in walk.writes.items()
        if tables - EVERYWHERE - TRACED.get(name, set())
    }
    assert wrong == {}


def test_the_walk_sees_a_write(walk: Walk) -> None:
    """Sending does write: the same counter, had it been asked there, would have shown it."""
    seen = set().union(*walk.writes.values())
    assert "audit_auditentry" in seen
    assert {name for (_role, name), tables in walk.writes.items() if tables} >= set(TRACED)
