"""Two rows for one unit become one; apps above register how their own rows move."""

from __future__ import annotations

from typing import Protocol

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from portal import clock
from portal.audit.services import record
from portal.errors import Refusal, RuleViolation
from portal.people.enums import RequestState, Right, VerificationState
from portal.people.models import (
    Affiliation,
    Issuer,
    Membership,
    MembershipRequest,
    Organisation,
    User,
    YearlyFact,
)


class Merger(Protocol):
    """Moves an app's rows from one unit to another; raises ``RuleViolation`` where it cannot."""

    def __call__(self, *, source: Organisation, target: Organisation, by: User) -> None:
        """Move every row; called inside the merge's transaction with both units locked."""
        ...


# Filled from the ``ready()`` of apps whose rows point at units.
MERGERS: list[Merger] = []

_BETTER_FIRST = (
    VerificationState.VERIFIED,
    VerificationState.PENDING,
    VerificationState.REFUSED,
)


@transaction.atomic
def merge(*, by: User, source: Organisation, target: Organisation, issuer: Issuer) -> Organisation:
    """Make ``source`` a duplicate of ``target``: everything moves, the source is kept as a sign.

    ``issuer`` is the association in whose name it is done. Raises ``RuleViolation`` for the same or
    a merged unit, an association's own unit, contradicting facts, or rows that nobody could move.
    """
    rows = {
        row.pk: row
        for row in Organisation.objects.select_for_update()
        .filter(pk__in=[source.pk, target.pk])
        .order_by("pk")
    }
    if len(rows) < 2:
        raise RuleViolation([_("Choose two different units.")])
    source, target = rows[source.pk], rows[target.pk]
    _check(source, target)
    _move_memberships(source, target, by)
    _move_requests(source, target)
    _move_affiliations(source, target)
    _move_facts(source, target)
    source.invitations.update(organisation=target)
    # Two rows of one unit: what its seals have sealed names the unit itself.
    source.seals.update(organisation=target)
    source.branches.exclude(pk=target.pk).update(parent=target)
    for merger in MERGERS:
        merger(source=source, target=target, by=by)
    _move_identity(source, target)
    _require_nothing_left(source)
    record(
        "organisations_merged",
        by=by,
        target=target,
        issuer=issuer,
        organisation=target,
        merged=source.pk,
    )
    return target


def _check(source: Organisation, target: Organisation) -> None:
    reasons = []
    if source.merged_into_id or target.merged_into_id:
        reasons.append(_("One of the units has been merged already."))
    if Issuer.objects.filter(organisation=source).exists():
        reasons.append(_("An association that publishes calls cannot be merged away."))
    if source.uscc and target.uscc and source.uscc != target.uscc:
        reasons.append(
            _("The units carry different social credit codes; correct the wrong one first.")
        )
    used = target.seals.exclude(state="revoked").exclude(fingerprint="").values("fingerprint")
    if source.seals.exclude(state="revoked").filter(fingerprint__in=used).exists():
        reasons.append(
            _("Both units keep a seal with the same certificate; revoke one of them first.")
        )
    if reasons:
        raise RuleViolation(reasons)


def _move_memberships(source: Organisation, target: Organisation, by: User) -> None:
    """Move memberships; a member of both keeps one, with the rights of both."""
    kept = {m.user_id: m for m in Membership.objects.all().active().filter(organisation=target)}
    for membership in Membership.objects.filter(organisation=source).order_by("pk"):
        other = kept.get(membership.user_id) if membership.ended_at is None else None
        if other is not None:
            for right in membership.rights:
                setattr(other, f"is_{right.value}", True)
            other.save(update_fields=[f"is_{right.value}" for right in Right])
            membership.ended_at = clock.now()
        membership.organisation = target
        membership.save(update_fields=["organisation", "ended_at"])


def _move_requests(source: Organisation, target: Organisation) -> None:
    """Move requests for membership; who asked both units asks once."""
    asked = MembershipRequest.objects.filter(organisation=target, state=RequestState.OPEN)
    source.requests.filter(state=RequestState.OPEN, user__in=asked.values("user")).update(
        state=RequestState.DECLINED, decided_at=clock.now()
    )
    source.requests.update(organisation=target)


def _move_affiliations(source: Organisation, target: Organisation) -> None:
    """Move affiliations; where both have one, the further advanced stands and the other ends."""
    for affiliation in Affiliation.objects.filter(organisation=source).order_by("pk"):
        rival = (
            Affiliation.objects.filter(organisation=target, issuer=affiliation.issuer_id)
            .exclude(state=VerificationState.ENDED)
            .first()
        )
        if rival is not None and affiliation.state != VerificationState.ENDED:
            pair = sorted(
                [rival, affiliation],
                key=lambda one: _BETTER_FIRST.index(VerificationState(one.state)),
            )
            loser = pair[1]
            loser.state = VerificationState.ENDED
            loser.save(update_fields=["state"])
        affiliation.organisation = target
        affiliation.save(update_fields=["organisation", "state"])


def _move_facts(source: Organisation, target: Organisation) -> None:
    """Move yearly facts; equal ones fall together, contradicting ones stop the merge."""
    known = {(fact.code_id, fact.year): fact for fact in target.facts.all()}
    reasons = []
    for fact in YearlyFact.objects.filter(organisation=source).select_related("code"):
        other = known.get((fact.code_id, fact.year))
        if other is None:
            fact.organisation = target
            fact.save(update_fields=["organisation"])
        elif other.value == fact.value:
            fact.delete()
        else:
            reasons.append(
                Refusal(
                    _("%(fact)s %(year)s: the two units have different values.")
                    % {"fact": fact.code.label, "year": fact.year}
                )
            )
    if reasons:
        raise RuleViolation(reasons)


def _move_identity(source: Organisation, target: Organisation) -> None:
    """Fill what the kept unit lacks, and turn the source into a sign that points to it."""
    code, accepted_by = source.uscc, source.uscc_accepted_by
    source.uscc = source.uscc_accepted_by = None
    source.parent = None
    source.merged_into = target
    source.save(update_fields=["uscc", "uscc_accepted_by", "parent", "merged_into"])
    if not target.uscc:
        target.uscc, target.uscc_accepted_by = code, accepted_by
    for column in ("region", "address", "phone", "head_name"):
        if not getattr(target, column):
            setattr(target, column, getattr(source, column))
    if target.parent_id == source.pk:
        target.parent = None
    target.save()
    Organisation.objects.filter(merged_into=source).update(merged_into=target)


def _require_nothing_left(source: Organisation) -> None:
    """Refuse the merge if any row still points at the source: an app forgot to say how to move."""
    left = []
    for relation in Organisation._meta.related_objects:
        model, field = relation.related_model, relation.field.attname
        assert isinstance(model, type)
        assert issubclass(model, models.Model)
        rows = model._base_manager.filter(**{field: source.pk})
        if rows.exclude(pk=F(field)).exists() if model is Organisation else rows.exists():
            left.append(
                _("There are still rows of this kind at the duplicate: %(kind)s")
                % {"kind": model._meta.verbose_name}
            )
    if left:
        raise RuleViolation(left)
