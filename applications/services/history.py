"""Where else the persons of an application stand, and what unit and persons had before."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from applications.models import Application, PersonPlace
from applications.persons import persons_of, prints_of
from applications.states import AWARDED, OVER
from calls.answers import by_role
from calls.models import Call
from calls.rules.facts import Elsewhere, PastProject, Person, RuleSpec
from portal import clock

PLACES = frozenset({"person_places"})
HISTORY = frozenset({"running_project", "earlier_award"})


def asks(specs: Iterable[RuleSpec], kinds: Collection[str]) -> bool:
    """Tell whether a call has rules of these kinds; without them nothing is read."""
    return any(spec.kind in kinds for spec in specs)


def people_of(application: Application) -> tuple[Person, ...]:
    """Return the persons an application names as it stands now."""
    packet = application.packet
    answers = by_role(packet.form_revision.schema, application.answers, application.category)
    return persons_of(answers, packet.organisation.name)


def write_places(applications: Sequence[Application]) -> None:
    """Write the persons of applications that are being frozen, in place of those of before."""
    PersonPlace.objects.filter(application__in=applications).delete()
    PersonPlace.objects.bulk_create(
        PersonPlace(
            application=application,
            role=person.role,
            card_print=person.prints[0],
            born_print=person.prints[1],
            unit_print=person.prints[2],
        )
        for application in applications
        for person in people_of(application)
    )


def lock_people(call: Call, people: Iterable[Person]) -> None:
    """Wait until nobody else hands in the same persons in this call; held to the end.

    Locks are taken in ascending order, after the rows that count units' places (see locking.py),
    by everybody alike: so nobody waits in a circle. They lie in the database's table of advisory
    locks, since a person has no row that all units share.
    """
    keys = sorted(_lock_key(call.pk, one) for one in prints_of(people))
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _lock_key(call_id: int, one: str) -> int:
    """Return a signed number of 64 bits for one person's print in one call."""
    digest = hashlib.sha256(f"person:{call_id}:{one}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def elsewhere(
    call: Call, people: Iterable[Person], without: Collection[UUID] = ()
) -> tuple[Elsewhere, ...]:
    """Return where these persons stand in other applications of the call that take a place.

    One query, over all units.
    """
    rows = (
        _with_prints(prints_of(people))
        .filter(
            application__in=Application.objects.counting_against_quota().filter(packet__call=call)
        )
        .exclude(application__in=list(without))
        .select_related("application__category")
    )
    return tuple(
        Elsewhere(_person(row), row.application_id, row.application.category.path) for row in rows
    )


def past_projects(
    call: Call, organisation_id: int, people: Collection[Person] = ()
) -> tuple[PastProject, ...]:
    """Return earlier projects of the unit and of these persons, the latest call first.

    Earlier calls are the issuer's others of the same year and before. Two queries.
    """
    return past_of_units(call, [organisation_id], people)[organisation_id]


def past_of_units(
    call: Call, organisation_ids: Collection[int], people: Collection[Person] = ()
) -> dict[int, tuple[PastProject, ...]]:
    """Return for each unit what ``past_projects`` returns, in two queries for all of them."""
    places: dict[UUID, list[Person]] = defaultdict(list)
    if prints := prints_of(people):
        rows = _with_prints(prints).filter(
            application__state__in=AWARDED, application__packet__call__issuer=call.issuer_id
        )
        for row in rows:
            places[row.application_id].append(_person(row))
    awarded = (
        Application.objects.filter(
            Q(packet__organisation__in=organisation_ids) | Q(pk__in=list(places)),
            state__in=AWARDED,
            packet__call__issuer=call.issuer_id,
            packet__call__year__lte=call.year,
        )
        .exclude(packet__call=call)
        .select_related("packet__call", "project")
        .order_by("-packet__call__year", "pk")
    )
    found: dict[int, list[PastProject]] = {pk: [] for pk in organisation_ids}
    for application in awarded:
        holder, persons = application.packet.organisation_id, tuple(places.get(application.pk, ()))
        for pk in organisation_ids if persons else [holder]:
            own = pk == holder
            found[pk].append(
                PastProject(
                    title=application.title if own else "",
                    years_ago=call.year - application.packet.call.year,
                    ends_on=_end_of(application),
                    own=own,
                    people=persons,
                )
            )
    return {pk: tuple(projects) for pk, projects in found.items()}


def _end_of(application: Application) -> dt.date | None:
    """Return until when a project runs: to its planned end, or to the day it really was over."""
    project = getattr(application, "project", None)
    completed_on: dt.date | None = project.completed_on if project else None
    if application.state in OVER:
        return completed_on or clock.local(application.state_since).date()
    return (project.ends_on if project else None) or application.ends_on


def _with_prints(prints: Collection[str]) -> QuerySet[PersonPlace]:
    prints = list(prints)
    return PersonPlace.objects.filter(
        Q(card_print__in=prints) | Q(born_print__in=prints) | Q(unit_print__in=prints)
    )


def _person(row: PersonPlace) -> Person:
    """Return a row as the rules see it: the name is told by whoever names the person himself."""
    return Person(row.role, "", (row.card_print, row.born_print, row.unit_print))
