"""What the review needs to know of applications, read once for all of them with few queries."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from applications import presenting
from applications.models import AvoidedExpert, HandIn, Partner, Version
from applications.models.partner import PartnerState
from applications.states import FREED, State
from calls.answers import asked, display
from calls.enums import FieldKind, FieldRole
from calls.forms_schema import FieldSpec
from calls.models import Call
from portal.people.models import Membership, Organisation
from reviews.models import Assignment, AssignmentState, Expert, ExpertTie, Submission
from reviews.models.submission import UNFINISHED
from reviews.recusal import Avoided, ExpertFacts, FileFacts, Ground, Tie, grounds
from reviews.services.experts import words_of

# Single names among the answers, beside tables of people.
_ONE_PERSON = frozenset({FieldRole.LEADER, FieldRole.CONTACT, FieldRole.CONVENORS})


@dataclass(frozen=True, slots=True)
class ReviewFile:
    """One application in review: the version in hand, who has to do with it, what it is about."""

    submission: Submission
    version: Version
    facts: FileFacts
    # Topic and category in words, in which experts' fields are looked for.
    about: str

    @property
    def key(self) -> uuid.UUID:
        """The application's key."""
        return self.submission.pk


def in_review(call: Call) -> list[Submission]:
    """Return the accepted applications of a call, in the notice's order."""
    return list(
        Submission.objects.filter(packet__call=call, state=State.ACCEPTED)
        .select_related("packet__call", "packet__organisation", "category__parent")
        .order_by("category__parent__position", "category__position", "handed_in_at", "pk")
    )


def reviewed(call: Call) -> list[Submission]:
    """Return what is in review, and what was decided after experts had scored it.

    Scores stay to be read when the list is out; who was withdrawn or sent back is left out.
    """
    scored = Assignment.objects.filter(
        panel__stage__call=call, state=AssignmentState.SUBMITTED
    ).values("application")
    return list(
        Submission.objects.filter(packet__call=call)
        .filter(Q(state=State.ACCEPTED) | Q(pk__in=scored))
        .exclude(state__in=(*UNFINISHED, *FREED))
        .select_related("packet__call", "packet__organisation", "category__parent")
        .order_by("category__parent__position", "category__position", "handed_in_at", "pk")
    )


def read_files(submissions: Sequence[Submission]) -> dict[uuid.UUID, ReviewFile]:
    """Return the files of these applications; the number of queries does not grow with them."""
    versions = versions_in_hand({s.packet_id for s in submissions})
    partners: dict[uuid.UUID, list[Partner]] = {}
    avoided: dict[uuid.UUID, list[Avoided]] = {}
    for one in AvoidedExpert.objects.filter(application__in=[s.pk for s in submissions]):
        avoided.setdefault(one.application_id, []).append(Avoided(one.name, one.unit_name))
    rows = Partner.objects.filter(application__in=[s.pk for s in submissions])
    for partner in rows.exclude(state=PartnerState.DECLINED):
        partners.setdefault(partner.application_id, []).append(partner)
    units = {s.packet.organisation_id for s in submissions}
    units |= {p.organisation_id for ps in partners.values() for p in ps if p.organisation_id}
    related = _relations(units)
    return {
        s.pk: _file(
            s, versions[s.packet_id], partners.get(s.pk, []), related, avoided.get(s.pk, [])
        )
        for s in submissions
        if s.packet_id in versions
    }


def versions_in_hand(packets: Collection[uuid.UUID]) -> dict[uuid.UUID, Version]:
    """Return the version last handed in of each packet."""
    receipts = (
        HandIn.objects.filter(packet__in=packets)
        .select_related("version__form_revision")
        .order_by("version__no")
    )
    return {receipt.packet_id: receipt.version for receipt in receipts}


def _relations(units: Collection[int]) -> dict[int, frozenset[int]]:
    """Return the parent and the branches of each unit."""
    found: dict[int, set[int]] = {unit: set() for unit in units}
    pairs = Organisation.objects.exclude(parent=None).filter(Q(pk__in=units) | Q(parent__in=units))
    for branch, parent in pairs.values_list("pk", "parent"):
        if parent is not None and branch in found:
            found[branch].add(parent)
        if parent is not None and parent in found:
            found[parent].add(branch)
    return {unit: frozenset(others) for unit, others in found.items()}


def _file(
    submission: Submission,
    version: Version,
    partners: Iterable[Partner],
    related: Mapping[int, frozenset[int]],
    asked_to_avoid: Sequence[Avoided],
) -> ReviewFile:
    people, avoided, topics = _named(submission, version)
    partners = list(partners)
    unit = submission.packet.organisation_id
    rows = frozenset(p.organisation_id for p in partners if p.organisation_id)
    facts = FileFacts(
        key=submission.pk,
        unit=unit,
        unit_name=submission.packet.organisation.name,
        partners=rows,
        partner_names=frozenset(p.name for p in partners),
        related=frozenset().union(*(related.get(one, frozenset()) for one in (unit, *rows))),
        people=frozenset(people),
        avoided=(*avoided, *asked_to_avoid),
    )
    about = " ".join([submission.category.full_title, *topics])
    return ReviewFile(submission, version, facts, about)


def _named(submission: Submission, version: Version) -> tuple[set[str], list[Avoided], list[str]]:
    """Read from the frozen answers who takes part, who is to be avoided, and the topics."""
    people: set[str] = set()
    avoided: list[Avoided] = []
    topics: list[str] = []
    part = presenting.frozen(version, submission)
    specs = presenting.specs_of(version.form_revision.schema, submission)
    for _section, field, answer in asked(specs, part["answers"]):
        if not answer:
            continue
        role = field.get("role")
        if role == FieldRole.AVOIDED:
            avoided += _avoided(field, answer)
        elif field["kind"] == FieldKind.PEOPLE:
            people |= {str(row.get("name", "")) for row in _rows(answer)} - {""}
        elif role in _ONE_PERSON:
            people |= set(words_of(str(answer)))
        elif role == FieldRole.TOPIC:
            topics.append(display(field, answer))
    return people, avoided, topics


def _avoided(field: FieldSpec, answer: Any) -> list[Avoided]:
    """Read who is to be avoided: rows with name and unit, or plain names."""
    if field["kind"] in (FieldKind.PEOPLE, FieldKind.TABLE):
        return [
            Avoided(str(row.get("name") or ""), str(row.get("unit") or "")) for row in _rows(answer)
        ]
    return [Avoided(name) for name in words_of(str(answer))]


def _rows(answer: Any) -> list[Mapping[str, Any]]:
    return [row for row in answer if isinstance(row, Mapping)] if isinstance(answer, list) else []


def read_experts(experts: Sequence[Expert]) -> dict[int, ExpertFacts]:
    """Return what recusal asks of these experts, their memberships and ties included."""
    memberships: dict[int, list[tuple[int, str]]] = {}
    users = [e.user_id for e in experts if e.user_id]
    for user, unit, name in (
        Membership.objects.active()
        .filter(user__in=users)
        .values_list("user", "organisation", "organisation__name")
    ):
        memberships.setdefault(user, []).append((unit, name))
    ties: dict[int, list[Tie]] = {}
    for tie in ExpertTie.objects.filter(expert__in=experts):
        ties.setdefault(tie.expert_id, []).append(
            Tie(unit_name=tie.unit_name, application=tie.application_id)
        )
    found = {}
    for expert in experts:
        held = memberships.get(expert.user_id or 0, [])
        own = {expert.organisation_id} if expert.organisation_id else set()
        found[expert.pk] = ExpertFacts(
            key=expert.pk,
            name=expert.name,
            units=frozenset(own | {unit for unit, _name in held}),
            unit_names=frozenset({expert.unit_name, *(name for _unit, name in held)}),
            ties=tuple(ties.get(expert.pk, ())),
        )
    return found


def all_grounds(
    files: Iterable[ReviewFile], experts: Mapping[int, ExpertFacts]
) -> dict[tuple[uuid.UUID, int], tuple[Ground, ...]]:
    """Return the grounds of every pair that may not meet."""
    return {
        (file.key, key): found
        for file in files
        for key, expert in experts.items()
        if (found := grounds(expert, file.facts))
    }


def fields_of(file: ReviewFile, experts: Iterable[Expert]) -> frozenset[str]:
    """Return the experts' fields that topic or category name; none fits everybody."""
    words = {word for expert in experts for word in expert.fields}
    return frozenset(word for word in words if word in file.about)
