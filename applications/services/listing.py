"""A recommending unit's list as a whole: judged, frozen, stamped, handed in with its receipt.

The hand-in follows the application's own (handin.py): arrival read first, locks in the one order,
rules looked at under the lock, everything committed together; a second try finds the first receipt.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from applications import printing_lists
from applications.capacity import may_seal_for, works_for
from applications.models import (
    Application,
    ListVersion,
    Recommendation,
    RecommendationList,
)
from applications.models.recommendation import ListState, Stand
from applications.models.version import ScanMatch
from applications.recommenders import candidates, levels_of
from applications.services import lifecycle, locking, notices
from applications.services.numbering import new_number, new_receipt_number
from applications.services.recommending import (
    close_up,
    lay_before,
    lock_list,
    refuse_late,
    refuse_unless_open,
    standing_entries,
)
from applications.services.scan_matching import SCAN_TYPES, Sight, look_at, match_of
from applications.services.standing import refusals, unit_facts
from applications.states import FREED, Action
from calls.answers import by_role
from calls.enums import Sealing
from calls.forms_schema import digest
from calls.models import Grant, RecommendingLevel
from calls.rulebook import specs_for
from calls.rules import judge_list
from calls.rules.facts import Finding, ListEntry, ListFacts, Verdict
from portal import clock
from portal.audit.services import record
from portal.errors import Refusal, RuleViolation
from portal.files.services import store
from portal.people.models import Organisation, User

LETTER_TYPES = frozenset({"pdf", "jpg", "png", "docx"})


# Judging -----------------------------------------------------------------------------------------


def list_findings(level: RecommendingLevel, unit: Organisation) -> list[Finding]:
    """Judge what the unit has recommended and would recommend; desk and hand-in both ask this.

    Entries of lists handed in before count as long as they stand.
    """
    call = level.call
    rows = (
        Recommendation.objects.filter(level=level, organisation=unit)
        .exclude(application__state__in=FREED)
        .select_related(
            "application__category__parent",
            "application__packet__form_revision",
            "application__packet__organisation",
        )
        .order_by("rank", "pk")
    )
    received = list(rows)
    granted = Grant.objects.filter(call=call, organisation=unit).values_list("rule_id", flat=True)
    facts = ListFacts(
        unit=unit_facts(call, unit),
        entries=tuple(_entry(row) for row in received if row.list_id is not None),
        level=level.no,
        received=len(received),
        granted_rule_ids=frozenset(granted),
    )
    return judge_list(specs_for(call), facts)


def _entry(row: Recommendation) -> ListEntry:
    application = row.application
    packet, category = application.packet, application.category
    return ListEntry(
        application_id=application.pk,
        category_path=category.path,
        category_title=(category.parent or category).title,
        answers=by_role(packet.form_revision.schema, application.answers, category),
        reserve=row.reserve,
    )


def undecided(level: RecommendingLevel, unit: Organisation) -> list[Recommendation]:
    """Return what lies before the unit and is not on its list: the deadline leaves it behind."""
    rows = Recommendation.objects.filter(level=level, organisation=unit, list=None).waiting()
    return list(rows.select_related("application"))


def needs_reason(findings: list[Finding]) -> list[Finding]:
    """Return broken in-principle rules: the unit says why, the association decides."""
    return [f for f in findings if f.warns and f.verdict is Verdict.NO]


# Drawing up --------------------------------------------------------------------------------------


@transaction.atomic
def pass_to(*, list_id: uuid.UUID, unit: Organisation, by: User) -> RecommendationList:
    """Choose the next level's unit for this list; raises RuleViolation for one that may not."""
    made = lock_list(list_id, by)
    refuse_unless_open(made)
    following = next_level(made.level)
    if following is None or unit not in candidates(following, made.organisation):
        raise RuleViolation([_("This unit does not recommend at the next level.")])
    made.passed_to = unit
    made.save(update_fields=["passed_to"])
    return made


def next_level(level: RecommendingLevel) -> RecommendingLevel | None:
    """Return the level above, None for the last one."""
    return next((one for one in levels_of(level.call) if one.no == level.no + 1), None)


@transaction.atomic
def attach_letter(*, list_id: uuid.UUID, upload: UploadedFile[Any], by: User) -> RecommendationList:
    """Keep the covering letter; one uploaded again takes the place of the first."""
    made = lock_list(list_id, by)
    if made.state == ListState.HANDED_IN:
        refuse_unless_open(made)
    made.letter = store(upload, by=by, allowed=set(LETTER_TYPES))
    made.save(update_fields=["letter"])
    _record("list_letter_uploaded", made, by, sha256=made.letter.sha256)
    return made


@transaction.atomic
def freeze(*, list_id: uuid.UUID, by: User) -> ListVersion:
    """Freeze the list, give it its number and order the summary table to be stamped.

    Raises RuleViolation with everything the hand-in would refuse, the stamp and the letter apart.
    """
    made = lock_list(list_id, by)
    refuse_unless_open(made)
    return _freeze(made, by)


def _freeze(made: RecommendationList, by: User) -> ListVersion:
    close_up(made)
    entries = standing_entries(made)
    if found := content_refusals(made, entries):
        raise RuleViolation(found)
    call = made.level.call
    if made.number is None:
        made.number = new_number(f"{call.number_prefix}TJ", call.year)
    if made.passed_to is None and (following := next_level(made.level)) is not None:
        made.passed_to = candidates(following, made.organisation)[0]
    made.state, made.scan, made.scan_match = ListState.FROZEN, None, ""
    made.save(update_fields=["number", "passed_to", "state", "scan", "scan_match"])
    content = content_of(made, entries)
    version = ListVersion.objects.create(
        list=made,
        no=made.versions.count() + 1,
        content=content,
        sha256=digest(content),
        by=by,
        at=clock.now(),
    )
    _record("list_frozen", made, by, no=version.no, sha256=version.sha256)
    printing_lists.order_table(version)
    if made.level.list_sealing.in_portal:
        notices.tell_list_keepers(made, version)
    return version


@transaction.atomic
def take_back(*, list_id: uuid.UUID, by: User) -> RecommendationList:
    """Open a frozen list again; its printed table is no longer the valid one."""
    made = lock_list(list_id, by)
    if made.state != ListState.FROZEN:
        raise RuleViolation([_("Only a frozen list is taken back.")])
    made.state, made.scan, made.scan_match = ListState.OPEN, None, ""
    made.save(update_fields=["state", "scan", "scan_match"])
    printing_lists.withdraw_tables(made)
    _record("list_taken_back", made, by)
    return made


def upload_scan(*, list_id: uuid.UUID, upload: UploadedFile[Any], by: User) -> RecommendationList:
    """Take the stamped summary table; one that surely shows something else is refused."""
    seen = RecommendationList.objects.select_related("organisation").get(pk=list_id)
    if not may_seal_for(by, seen.organisation):
        raise PermissionDenied
    return _keep_scan(seen, upload, look_at(upload), by)


@transaction.atomic
def _keep_scan(
    seen: RecommendationList, upload: UploadedFile[Any], sight: Sight, by: User
) -> RecommendationList:
    """Hang the scan on the list under its lock."""
    stored = store(upload, by=by, allowed=SCAN_TYPES)
    locking.lock_counting(seen.level.call, [seen.organisation])
    lists = RecommendationList.objects.select_related("level__call")
    made = lists.select_for_update(of=("self",)).get(pk=seen.pk)
    if made.level.list_sealing is not Sealing.SCAN:
        raise RuleViolation([_("The summary table of this call is not stamped on paper.")])
    version = made.latest_version()
    # A table that the association could not match is stamped and sent again after the hand-in.
    refused = made.scan_match == ScanMatch.REFUSED
    if version is None or (made.state != ListState.FROZEN and not refused):
        raise RuleViolation([_("There is no frozen list to stamp.")])
    told = _told(version)
    label = printing_lists.label_of(version)
    made.scan, made.scan_match = stored, match_of(label, stored, sight, lambda _codes: told)
    made.save(update_fields=["scan", "scan_match"])
    _record("list_scan_uploaded", made, by, match=made.scan_match, sha256=stored.sha256)
    return made


@transaction.atomic
def compare_scan(*, list_id: uuid.UUID, by: User, matches: bool) -> RecommendationList:
    """Staff say whether an unreadable table shows the list; a wrong one must be sent again.

    Raises PermissionDenied for who does not work for the call's association, RuleViolation where
    nothing waits to be compared.
    """
    made = (
        RecommendationList.objects.select_for_update(of=("self",))
        .select_related("level__call__issuer", "organisation")
        .get(pk=list_id)
    )
    if not works_for(by, made.level.call.issuer_id):
        raise PermissionDenied
    if made.state != ListState.HANDED_IN or made.scan_match != ScanMatch.BY_EYE:
        raise RuleViolation([_("There is no table here to be compared by eye.")])
    made.scan_match = ScanMatch.COMPARED if matches else ScanMatch.REFUSED
    made.save(update_fields=["scan_match"])
    _record("list_scan_compared", made, by, matches=matches)
    if not matches:
        notices.tell_list_scan_refused(made)
    return made


def _told(version: ListVersion) -> str:
    words = {"number": version.list.number, "no": version.no}
    return _("This scan shows another form. Stamp and scan number %(number)s, version %(no)s.") % (
        words
    )


# Handing in --------------------------------------------------------------------------------------


@transaction.atomic
def hand_in(
    *,
    list_id: uuid.UUID,
    by: User,
    key: uuid.UUID,
    arrived_at: dt.datetime,
    beyond_reason: str = "",
) -> RecommendationList:
    """Hand the list in; a second try, of whichever member, returns the receipt there is.

    Raises RuleViolation with every reason: the deadline, quota and composition, an in-principle
    rule broken without a word of the unit, a missing stamp, letter or opinion, an application that
    was withdrawn since the freeze.
    """
    made = lock_list(list_id, by)
    if made.state == ListState.HANDED_IN:
        return made
    if RecommendationList.objects.filter(key=key).exists():
        raise RuleViolation([_("This form was used for another list; reload the page.")])
    refuse_late(made.level, made.organisation, arrived_at)
    if made.state == ListState.OPEN and not made.level.list_sealed:
        _freeze(made, by)
    version = made.latest_version()
    if made.state != ListState.FROZEN or version is None:
        raise RuleViolation([_("Freeze the list and stamp its summary table first.")])
    locked = _lock_applications(standing_entries(made))
    # Read again: what was withdrawn while the locks were waited for stands on it no longer.
    entries = standing_entries(made)
    findings = list_findings(made.level, made.organisation)
    found = hand_in_refusals(made, version, entries, findings, beyond_reason)
    if found:
        raise RuleViolation(found)
    made.state, made.key, made.handed_in_at, made.handed_in_by = (
        ListState.HANDED_IN, key, arrived_at, by,
    )  # fmt: skip
    made.receipt_number = new_receipt_number(made.level.call.year)
    made.beyond_reason = beyond_reason.strip()
    made.save()
    _pass_on(made, entries, locked, by, arrived_at)
    _record("list_handed_in", made, by, receipt=made.receipt_number, sha256=version.sha256)
    printing_lists.order_receipt(made, version)
    notices.tell_list_receipt(made)
    return made


def _lock_applications(entries: list[Recommendation]) -> dict[uuid.UUID, Application]:
    """Lock the applications in ascending key, as every step does."""
    return {pk: locking.lock(pk) for pk in sorted(row.application_id for row in entries)}


def _pass_on(
    made: RecommendationList,
    entries: list[Recommendation],
    locked: dict[uuid.UUID, Application],
    by: User,
    at: dt.datetime,
) -> None:
    """Write each recommendation and take its application to the next level or the association."""
    following = next_level(made.level)
    for row in entries:
        row.state, row.by, row.at = Stand.RECOMMENDED, by, at
        row.save(update_fields=["state", "by", "at"])
        application = locked[row.application_id]
        if following is not None and made.passed_to is not None:
            lifecycle.move(application, Action.PASS_ON, by=by)
            lay_before(application, following, made.passed_to, at)
        else:
            lifecycle.move(application, Action.RECOMMEND, by=by)
        notices.tell_unit(application, "recommended", {"by": made.organisation})


def content_refusals(made: RecommendationList, entries: list[Recommendation]) -> list[Refusal]:
    """Return what keeps the list from being frozen; the page shows the same sentences."""
    level = made.level
    found = [] if entries else [Refusal(_("There is no application on the list."), code="empty")]
    if level.opinion_max:
        found += [
            Refusal(
                _("The opinion on “%(title)s” is missing.") % {"title": row},
                clause=level.clause,
                code="opinion",
            )
            for row in entries
            if not row.opinion
        ]
    found += _passing_refusals(made)
    found += refusals(list_findings(level, made.organisation))
    return found


def _passing_refusals(made: RecommendationList) -> list[Refusal]:
    """The next level's unit must be known: chosen, or the only one there is."""
    following = next_level(made.level)
    if following is None:
        return []
    found = candidates(following, made.organisation)
    if made.passed_to in found or (made.passed_to is None and len(found) == 1):
        return []
    return [Refusal(_("Choose the unit the list goes to."), clause=following.clause, code="next")]


def hand_in_refusals(
    made: RecommendationList,
    version: ListVersion,
    entries: list[Recommendation],
    findings: list[Finding],
    beyond_reason: str,
) -> list[Refusal]:
    """Return everything against handing the frozen list in."""
    level = made.level
    found = []
    if digest(content_of(made, entries)) != version.sha256:
        found.append(
            Refusal(
                _("An application on the list was withdrawn or changed since it was frozen; take"
                  " the list back, freeze and stamp it anew."),
                code="stale",
            )
        )  # fmt: skip
    found += refusals(findings)
    if not beyond_reason.strip():
        found += [
            Refusal(
                _("%(what)s Say why you hand in all the same; the association decides.")
                % {"what": finding.message},
                clause=finding.rule.clause,
                code=finding.rule.kind,
            )
            for finding in needs_reason(findings)
        ]
    found += stamp_refusals(made, version)
    if level.letter and made.letter is None:
        found.append(Refusal(_("The covering letter is missing."), clause=level.clause))
    return found


def stamp_refusals(made: RecommendationList, version: ListVersion) -> list[Refusal]:
    """The summary table must bear the unit's seal, in the way the call asks for."""
    way = made.level.list_sealing
    if way.in_portal and not printing_lists.is_sealed(version):
        return [
            Refusal(_("The summary table is not sealed yet."), made.level.clause, "seal_missing")
        ]
    if way is Sealing.SCAN and made.scan is None:
        return [Refusal(_("The stamped summary table is missing."), code="scan_missing")]
    return []


def content_of(made: RecommendationList, entries: list[Recommendation]) -> dict[str, Any]:
    """Return the list as plain data: what is stamped, hashed and printed."""
    unit, level = made.organisation, made.level
    return {
        "call": level.call.code,
        "level": level.no,
        "level_title": level.title,
        "number": made.number,
        "unit": {"name": unit.name, "uscc": unit.uscc or "", "head": unit.head_name},
        "passed_to": made.passed_to.name if made.passed_to else "",
        "ranked": level.ranks,
        "entries": [_entry_content(row) for row in entries],
    }


def _entry_content(row: Recommendation) -> dict[str, Any]:
    application = row.application
    return {
        "rank": row.rank,
        "reserve": row.reserve,
        "application": str(application.pk),
        "number": application.number,
        "title": application.title,
        "category": application.category.code,
        "category_title": application.category.full_title,
        "unit": application.packet.organisation.name,
        "amount": str(application.amount) if application.amount is not None else "",
        "opinion": row.opinion,
    }


def _record(action: str, made: RecommendationList, by: User, **data: Any) -> None:
    record(
        action,
        by=by,
        target=made,
        issuer=made.level.call.issuer,
        organisation=made.organisation,
        **data,
    )
