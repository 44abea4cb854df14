"""The points of a formal check: from the call's switches, its rules, and staff's own list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applications import presenting
from applications.models import SignedScan, Version
from applications.models.partner import PartnerState
from applications.models.version import ScanMatch
from applications.papers import PaperStanding
from applications.services.paper import papers_of
from calls import process_words
from calls.answers import dated_rows
from calls.enums import Sealing
from calls.models import Call, PaperRule
from calls.rules.facts import Finding, Stage, Verdict
from portal.face.wording import labelled, listed
from reviews.models import CheckItem, Submission

# Points the paper register answers by and by: what comes by post may come after an acceptance.
MAY_WAIT = frozenset({"paper"})


class Answer(TypedDict):
    """What was found about one point, as a FormalCheck keeps it; ``ok`` None is not looked at."""

    code: str
    label: str
    ok: bool | None
    note: str


@dataclass(frozen=True, slots=True)
class Point:
    """A point to check; ``found`` is what the portal can tell, ``detail`` how it knows."""

    code: str
    label: str
    found: bool | None = None
    detail: str = ""


def points_for(
    submission: Submission, version: Version | None, findings: Sequence[Finding], unit_kind: str
) -> list[Point]:
    """Return the checklist of one submission, in the order in which one looks.

    ``submission`` comes with its packet and call; ``findings`` are the rules' answers;
    ``unit_kind`` is what the unit is to the issuer (people.enums.OrganisationKind), or empty.
    """
    call = submission.packet.call
    points = [
        *_scan_points(call, version),
        _rules_point("eligibility", _("The unit may apply"), findings, Stage.ELIGIBILITY),
        _rules_point("quota", _("Within the quota"), findings, Stage.QUOTA),
        _rules_point("object", _("The project keeps to the conditions"), findings, Stage.OBJECT),
        *_list_point(findings),
        *_schedule_points(submission, version),
        *_partner_points(submission),
        Point("complete", _("All parts are filled in meaningfully, attachments fit them")),
        *_signature_points(call, unit_kind),
        *_box_points(submission, version),
        *_paper_points(submission),
    ]
    own = CheckItem.objects.filter(call=call)
    return points + [Point(f"own-{item.pk}", item.text) for item in own]


def _list_point(findings: Sequence[Finding]) -> list[Point]:
    """Whether the plan as a list keeps to the conditions, where the call states any."""
    if not any(finding.stage is Stage.LIST for finding in findings):
        return []
    return [_rules_point("list", _("The list keeps to the conditions"), findings, Stage.LIST)]


def _schedule_points(submission: Submission, version: Version | None) -> list[Point]:
    """Name days of a schedule after the event's last one; a summary may lawfully follow it.

    Units are not held up by it: only a person can tell a report from a slip.
    """
    last = submission.ends_on
    if version is None or last is None:
        return []
    answers = presenting.frozen(version, submission)["answers"]
    specs = presenting.specs_of(version.form_revision.schema, submission)
    late = []
    for field, days in dated_rows(specs, answers):
        if after := [date_format(day) for day in days if day > last]:
            words = {"label": field["label"], "days": listed(after), "last": date_format(last)}
            late.append(_("“%(label)s” has %(days)s, after the last day %(last)s.") % words)
    if not late:
        return []
    return [Point("schedule", _("The schedule fits the dates"), None, " ".join(late))]


def _scan_points(call: Call, version: Version | None) -> list[Point]:
    """Whether the stamped scan shows the version handed in."""
    if call.sealing != Sealing.SCAN:
        return []
    label = _("The stamped scan shows the version handed in")
    scan = latest_scan(version)
    if scan is None:
        return [Point("scan", label, False, _("No scan is there yet."))]
    if scan.match == ScanMatch.MATCHED:
        return [Point("scan", label, True, _("The code on the scan matches."))]
    if scan.match == ScanMatch.COMPARED:
        return [Point("scan", label, True, _("Compared by eye."))]
    return [Point("scan", label, None, _("Not every page was recognised; compare by eye."))]


def latest_scan(version: Version | None) -> SignedScan | None:
    """Return the newest scan of a version that nobody has refused."""
    return version.scans.standing().select_related("file", "by").first() if version else None


def _rules_point(code: str, label: str, findings: Iterable[Finding], stage: Stage) -> Point:
    """Sum up the rules of one stage: one broken is no, one unknown is to be checked."""
    found = [f for f in findings if f.stage is stage and not f.priority]
    broken = [f for f in found if f.verdict is Verdict.NO and not f.granted]
    unknown = [f for f in found if f.verdict is Verdict.UNKNOWN]
    if broken:
        return Point(code, label, False, " ".join(f.message for f in broken))
    if unknown:
        return Point(code, label, None, " ".join(f.message for f in unknown))
    return Point(code, label, True, _("By the rules of the call and the register."))


def _partner_points(submission: Submission) -> list[Point]:
    """Whether units that apply jointly stand behind it."""
    partners = list(submission.partners.all())
    if not partners:
        return []
    label = _("Every partner has confirmed, or its letter is there")
    pending = [
        p.name
        for p in partners
        if p.state in (PartnerState.PENDING, PartnerState.DECLINED)
        or (p.state == PartnerState.NAMED and p.letter_id is None)
    ]
    if pending:
        return [Point("partners", label, False, listed(pending))]
    return [Point("partners", label, True, listed(p.name for p in partners))]


def _signature_points(call: Call, unit_kind: str) -> list[Point]:
    """Who must have signed, in the notice's words."""
    if call.sealing != Sealing.SCAN:
        return []
    signatory = call.signatory(unit_kind) or _("the head of the unit")
    return [Point("signature", _("Signed by %(who)s, stamped by the unit") % {"who": signatory})]


def _box_points(submission: Submission, version: Version | None) -> list[Point]:
    """What others must have signed and stamped on the form; by the unit's word, to be looked at."""
    papers = list(PaperRule.objects.boxes_for(submission.category))
    scan = latest_scan(version) if papers else None
    said = set(scan.boxes) if scan else set()
    return [
        Point(
            f"box-{paper.pk}",
            labelled(paper.title, process_words.paper(paper)),
            None,
            _("The unit says it is on the scan.") if paper.title in said else "",
        )
        for paper in papers
    ]


def _paper_points(submission: Submission) -> list[Point]:
    """Whether the papers asked for have come, by the paper register."""
    papers = papers_of(submission.packet)
    if papers is None or not papers.expected:
        return []
    wanted = listed(f"{one.title} × {one.copies}" for one in papers.expected)
    label = _("On paper: %(papers)s") % {"papers": wanted}
    judged = papers.judgement
    found = {PaperStanding.COMPLETE: True, PaperStanding.MISSING: None}.get(judged.standing, False)
    detail = str(judged.standing.label)
    if judged.missing:
        detail = labelled(detail, listed(f"{one.title} × {one.copies}" for one in judged.missing))
    return [Point("paper", label, found, detail)]


def answered(points: Sequence[Point], kept: Sequence[Answer]) -> list[Answer]:
    """Lay kept answers over the points; what the portal found stands where nobody answered."""
    by_code: Mapping[str, Answer] = {answer["code"]: answer for answer in kept}
    result = []
    for point in points:
        answer = by_code.get(point.code)
        result.append(
            Answer(
                code=point.code,
                label=point.label,
                ok=answer["ok"] if answer and answer["ok"] is not None else point.found,
                note=answer["note"] if answer else "",
            )
        )
    return result


def unread(answers: Sequence[Answer]) -> set[str]:
    """Return the codes of the points that somebody still has to look at."""
    return {answer["code"] for answer in answers if answer["ok"] is None} - MAY_WAIT
