"""Staff read the traces of their own association; nobody changes one; the admin leaves its own."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.audit.labels import target_in_words
from portal.audit.models import AuditEntry
from portal.audit.services import record
from portal.people.enums import StaffRole
from portal.people.models import FactCode, User
from tests.factories.people import FactCodeFactory, IssuerFactory, StaffPostFactory, UserFactory


def shown(pk: int) -> str:
    """What the list says of an association as the target, in the page's language."""
    return f"{target_in_words(f'people.issuer:{pk}')}<"


pytestmark = pytest.mark.django_db
LIST = "admin:audit_auditentry_changelist"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def operator() -> Client:
    return signed_in(UserFactory.create(is_staff=True, is_superuser=True))


def page_of(entry: AuditEntry) -> str:
    return reverse("admin:audit_auditentry_change", args=[entry.pk])


@pytest.mark.parametrize("role", list(StaffRole))
def test_staff_read_the_traces_of_their_own_association(role: StaffRole) -> None:
    post = StaffPostFactory.create(role=role)
    own = record("tested", by=post.user, target=post.issuer, issuer=post.issuer)
    foreign_issuer = IssuerFactory.create()
    foreign = record("elsewhere", by=None, target=foreign_issuer, issuer=foreign_issuer)
    nobodys = record("login", by=post.user, target=post.user)
    client = signed_in(post.user)
    listed = client.get(reverse(LIST)).content.decode()
    assert shown(post.issuer.pk) in listed
    assert shown(foreign_issuer.pk) not in listed
    assert client.get(page_of(own)).status_code == 200
    for hidden in (foreign, nobodys):
        assert client.get(page_of(hidden)).status_code == 302


def test_not_even_the_operator_changes_or_removes_a_trace() -> None:
    entry = record("tested", by=None, target=None)
    client = operator()
    assert client.get(page_of(entry)).status_code == 200
    assert client.post(page_of(entry), {"action": "other"}).status_code == 403
    delete = reverse("admin:audit_auditentry_delete", args=[entry.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:audit_auditentry_add")).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"}
    client.post(reverse(LIST), chosen)
    assert AuditEntry.objects.filter(pk=entry.pk, action="tested").exists()


def test_a_trace_shows_the_present_name_and_the_number_of_who_is_gone() -> None:
    user = UserFactory.create(name="丁示例")
    record("tested", by=user, target=None)
    client = operator()
    assert "丁示例" in client.get(reverse(LIST)).content.decode()
    key = user.pk
    user.delete()
    listed = client.get(reverse(LIST)).content.decode()
    assert "丁示例" not in listed
    assert f"#{key}" in listed


def test_traces_are_found_by_action_and_target() -> None:
    record("login", by=None, target=None, mark="a")
    issuer = IssuerFactory.create()
    record("tested", by=None, target=issuer)
    client = operator()
    by_action = client.get(reverse(LIST), {"action": "logout"}).content.decode()
    assert shown(issuer.pk) not in by_action
    by_target = client.get(reverse(LIST), {"q": f"people.issuer:{issuer.pk}"}).content.decode()
    assert shown(issuer.pk) in by_target


def test_the_list_asks_no_more_queries_for_many() -> None:
    client, counts = operator(), []
    for number in range(30):
        user = UserFactory.create()
        record("tested", by=user, target=user, organisation=IssuerFactory.create().organisation)
        if number in (0, 29):
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse(LIST))
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_is_done_in_the_admin_leaves_a_trace_of_field_names_only() -> None:
    code = FactCodeFactory.create(label="旧名称")
    client = operator()
    page = reverse("admin:people_factcode_change", args=[code.pk])
    form = client.get(page).context["adminform"].form
    values = {**{name: form[name].value() for name in form.fields}, "label": "新名称"}
    assert client.post(page, values).status_code == 302
    entry = AuditEntry.objects.get(action="admin_changed")
    assert entry.target == f"people.factcode:{code.pk}"
    assert entry.issuer_id == code.issuer_id
    assert entry.data["changed"]
    assert "新名称" not in str(entry.data)


def test_deleting_several_rows_at_once_leaves_a_trace_of_each() -> None:
    codes = FactCodeFactory.create_batch(3)
    chosen = [code.pk for code in codes]
    operator().post(
        reverse("admin:people_factcode_changelist"),
        {"action": "delete_selected", "_selected_action": chosen, "post": "yes"},
    )
    assert not FactCode.objects.filter(pk__in=chosen).exists()
    traces = AuditEntry.objects.filter(action="admin_deleted").values_list("target", flat=True)
    assert set(traces) == {f"people.factcode:{key}" for key in chosen}


def test_choosing_an_action_keeps_what_else_was_chosen() -> None:
    record("tested", by=None, target=None)
    text = operator().get(reverse(LIST), {"action": "login", "q": "people"}).content.decode()
    assert '<input type="hidden" name="q" value="people">' in text
    assert '<option value="login" selected>' in text
    assert text.count('type="hidden" name="action"') == 1, "the search box alone keeps it"
