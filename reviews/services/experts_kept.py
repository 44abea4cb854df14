"""What the association keeps about an expert with an account, and how it forgets her."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portal import clock
from portal.people.models import User
from portal.register.services.personal import NOWHERE
from reviews.models import Assignment, Expert, ExpertTie


def tell(user: User) -> dict[str, Any]:
    """Return the person as an expert: her rows, declared ties, and what she scored."""
    experts = Expert.objects.filter(user=user)
    ties = ExpertTie.objects.filter(expert__in=experts)
    given = Assignment.objects.filter(expert__in=experts)
    return {
        "expert": list(
            experts.values(
                "issuer__organisation__name", "name", "email", "phone", "unit_name", "title",
                "fields", "languages", "ended_at",
            )
        ),
        "ties": list(ties.values("unit_name", "reason", "declared_at")),
        "score_sheets": list(
            given.values("application__number", "state", "total", "opinion", "submitted_at")
        ),
    }  # fmt: skip


def needs(user: User) -> list[str]:
    """Return why the account is needed: sheets to be scored, or scores whose forms are kept."""
    given = Assignment.objects.filter(expert__user=user)
    found = []
    if given.waiting().exists():
        found.append(_("She still has score sheets to hand in; replace her first."))
    if given.filter(submitted_at__isnull=False, application__packet__erasure=None).exists():
        found.append(_("Applications she has scored are still kept; her marks are part of them."))
    return found


def forget(user: User) -> None:
    """Take name, unit, mailbox and phone out of the register of experts; marks stay a number's."""
    for expert in Expert.objects.filter(user=user):
        expert.ties.all().delete()
        expert.name = expert.unit_name = "—"
        expert.email, expert.phone = f"{user.pk}@{NOWHERE}", ""
        expert.title, expert.note, expert.fields, expert.languages = "", "", [], []
        expert.ended_at = expert.ended_at or clock.now()
        expert.save()
