"""What is printed of a review: an expert's score sheet, the summary, the minutes of a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import npgettext, pgettext

from calls.enums import TieBreak
from calls.models import Criterion, ScoreSheet
from portal import clock
from portal.documents.payloads import (
    Column,
    LongRow,
    ResultGroup,
    ReviewRecord,
    ReviewSummary,
    Row,
    Section,
    SignatureBlock,
    TableRow,
    TextRow,
)
from portal.face.wording import labelled, listed, moment
from reviews.blind import title_for
from reviews.files import ReviewFile
from reviews.models import Assignment, Ballot, Expert, Meeting, MeetingItem, Panel
from reviews.sheets import plain
from reviews.summary import SummaryGroup, SummaryRow


def sheet_payload(
    panel: Panel,
    sheet: ScoreSheet,
    expert: Expert,
    scored: Sequence[tuple[Assignment, ReviewFile]],
) -> ReviewRecord:
    """Return 评审意见表 of one expert: every file she scored with its lines, then her signature.

    In a blind review files go by the numbers and titles she knew them by.
    """
    call = panel.stage.call
    criteria = list(sheet.criteria.all())
    facts: list[Row] = [
        _half(_("Expert"), expert.name),
        _half(_("Professional title"), expert.title or "—"),
        _half(_("Unit"), expert.unit_name),
        _half(
            _("Files scored"),
            npgettext("of a review", "%(n)d file", "%(n)d files", len(scored)) % {"n": len(scored)},
        ),
    ]
    statement = _(
        "I have read these applications, have no tie to their applicants, and gave these scores"
        " and opinions myself."
    )
    return ReviewRecord(
        issuer=call.issuer.organisation.name,
        call=call.title,
        facts=facts,
        sections=[_scored(one, file, criteria, blind=sheet.blind) for one, file in scored],
        signatures=[_signature(_("Expert's signature"), statement, _("Signature"))],
    )


def _scored(
    one: Assignment, file: ReviewFile, criteria: Sequence[Criterion], *, blind: bool
) -> Section:
    """Return one file with its lines, total and opinion."""
    given = {score.criterion_id: score for score in one.scores.all()}
    lines = [
        [
            criterion.title,
            f"{plain(criterion.low)}–{plain(criterion.top)}",
            plain(criterion.weight),
            plain(given[criterion.pk].value),
            given[criterion.pk].comment or "—",
        ]
        for criterion in criteria
        if criterion.pk in given
    ]
    columns = [
        Column(title=_("Criterion"), weight=5),
        Column(title=_("Scale"), weight=3, align="center"),
        Column(title=_("Weight"), weight=2, align="center"),
        Column(title=_("Score"), weight=2, align="center"),
        Column(title=_("Comment"), weight=8),
    ]
    rows: list[Row] = [
        TextRow(label=_("Category"), kind="text", value=file.submission.category.full_title),
        TableRow(label=_("Scores"), kind="table", columns=columns, value=lines),
        TextRow(label=_("Total"), kind="text", value=f"{one.total}"),
    ]
    if one.opinion:
        rows.append(LongRow(label=_("Opinion on the whole"), kind="long", value=one.opinion))
    return Section(title=f"{title_for(file, blind=blind)}（{one.alias}）", rows=rows)


def summary_payload(
    panel: Panel, sheet: ScoreSheet, groups: Sequence[SummaryGroup]
) -> ReviewSummary:
    """Return 评审汇总表: place, project, unit, every expert's total, the figure."""
    call = panel.stage.call
    return ReviewSummary(
        issuer=call.issuer.organisation.name,
        call=call.title,
        intro=how_summed(sheet, panel.stage.pass_mark),
        groups=[
            ResultGroup(
                title=group.category.full_title,
                columns=[
                    Column(title=pgettext("in a ranking", "Place"), weight=2, align="center"),
                    Column(title=_("Number"), weight=7),
                    Column(title=_("Title of the project"), weight=8),
                    Column(title=_("Unit"), weight=6),
                    Column(title=_("Totals of the experts"), weight=7),
                    Column(title=pgettext("of a ranking", "Figure"), weight=3, align="right"),
                ],
                entries=[_ranked(row) for row in group.rows],
            )
            for group in groups
        ],
        signature=SignatureBlock(
            label=_("Checked by"),
            statement="",
            signer_role=_("Checked by"),
            signer_name="",
            unit=call.issuer.organisation.name,
            date=clock.today().isoformat(),
            seal=True,
        ),
        date=clock.today().isoformat(),
    )


def _ranked(row: SummaryRow) -> list[str]:
    place = row.cut.placed.place
    totals = [
        f"{cell.line.raw}{_('(dropped)') if cell.line.dropped else ''}" if cell.line else "—"
        for cell in row.cells
    ]
    score: Decimal | None = row.summary.score if row.summary else None
    return [
        "—" if place is None else str(place),
        row.submission.number or "—",
        str(row.submission),
        row.submission.packet.organisation.name,
        "　".join(totals) or "—",
        "—" if score is None else f"{score}",
    ]


def how_summed(sheet: ScoreSheet, pass_mark: Decimal | None) -> str:
    """Say in one line how totals became one figure."""
    parts = [str(sheet.get_method_display())]
    if sheet.drop_over:
        parts.append(_("highest and lowest dropped when more than %(n)d") % {"n": sheet.drop_over})
    if sheet.normalise:
        parts.append(_("evened out (z-scores)"))
    if pass_mark is not None:
        parts.append(_("pass mark %(mark)s") % {"mark": plain(pass_mark)})
    if sheet.ties:
        words = " → ".join(str(TieBreak(tie).label) for tie in sheet.ties)
        parts.append(_("equal scores: %(words)s") % {"words": words})
    return "；".join(parts)


def minutes_payload(
    meeting: Meeting,
    items: Sequence[MeetingItem],
    present: Sequence[Expert],
    absent: Sequence[Expert],
    kept_out: Sequence[Sequence[Expert]],
) -> ReviewRecord:
    """Return the minutes: who was there, every project with its votes, room for signatures.

    ``kept_out`` are the experts who left the room, for each of ``items``.
    """
    call = meeting.panel.stage.call
    facts: list[Row] = [
        _half(_("Begins"), moment(meeting.begins_at)),
        _half(_("Place of the meeting"), meeting.place),
        _half(_("Chair"), str(meeting.chair) if meeting.chair else "—"),
        _half(
            _("Quorum"),
            _("%(quorum)d of %(members)d, present %(present)d")
            % {
                "quorum": meeting.quorum,
                "members": len(present) + len(absent),
                "present": len(present),
            },
        ),
        TextRow(label=_("Present"), kind="text", value=listed(str(e) for e in present) or "—"),
        TextRow(label=_("Absent"), kind="text", value=listed(str(e) for e in absent) or "—"),
        TextRow(label=_("Majority"), kind="text", value=str(meeting.get_majority_display())),
        TextRow(label=_("Way of voting"), kind="text", value=str(meeting.get_ballot_display())),
    ]
    sections = [_votes(items, kept_out)]
    if meeting.ballot == Ballot.OPEN and (named := _who_voted_how(items)):
        sections.append(Section(title=_("Who voted how"), rows=named))
    spoken: list[Row] = [
        LongRow(label=str(item.application), kind="long", value=item.note)
        for item in items
        if item.note
    ]
    if spoken:
        sections.append(Section(title=_("Opinions of the meeting"), rows=spoken))
    if meeting.notes:
        notes: list[Row] = [LongRow(label=_("Other matters"), kind="long", value=meeting.notes)]
        sections.append(Section(title=_("Other matters"), rows=notes))
    sections.append(_room_to_sign(present))
    return ReviewRecord(
        issuer=call.issuer.organisation.name,
        call=call.title,
        facts=facts,
        sections=sections,
        signatures=[],
    )


def _room_to_sign(present: Sequence[Expert]) -> Section:
    """Return a line for the pen of everyone who was there."""
    columns = [
        Column(title=_("Expert"), weight=3),
        Column(title=_("Unit"), weight=6),
        Column(title=_("Signature"), weight=6),
    ]
    lines = [[expert.name, expert.unit_name, ""] for expert in present]
    rows: list[Row] = [TableRow(label="", kind="people", columns=columns, value=lines)]
    return Section(title=_("Signatures of the experts present"), rows=rows)


def _votes(items: Sequence[MeetingItem], kept_out: Sequence[Sequence[Expert]]) -> Section:
    columns = [
        Column(title=_("Application"), weight=8),
        Column(title=_("Unit"), weight=6),
        Column(title=pgettext("votes", "For"), weight=2, align="center"),
        Column(title=pgettext("votes", "Against"), weight=2, align="center"),
        Column(title=pgettext("votes", "Abstained"), weight=2, align="center"),
        Column(title=_("Outcome of the vote"), weight=3, align="center"),
        Column(title=_("Kept out"), weight=4),
    ]
    lines = [
        [
            str(item.application),
            item.application.packet.organisation.name,
            *(
                "—" if number is None else str(number)
                for number in (item.votes_for, item.votes_against, item.abstained)
            ),
            vote_word(item),
            listed(str(expert) for expert in out) or "—",
        ]
        for item, out in zip(items, kept_out, strict=True)
    ]
    rows: list[Row] = [
        TableRow(label=_("Votes"), kind="people", columns=columns, value=lines),
    ]
    return Section(title=_("Projects and votes"), rows=rows)


def _who_voted_how(items: Sequence[MeetingItem]) -> list[Row]:
    """Return a line for each project on which the experts voted openly on their own pages."""
    rows: list[Row] = []
    for item in items:
        said = listed(labelled(vote.expert, vote.get_choice_display()) for vote in item.votes.all())
        if said:
            rows.append(LongRow(label=str(item.application), kind="long", value=said))
    return rows


def vote_word(item: MeetingItem) -> str:
    """Say how the vote on one project ended."""
    if item.passed is None:
        return _("not voted on")
    return pgettext("vote", "passed") if item.passed else pgettext("vote", "not passed")


def _half(label: str, value: str) -> TextRow:
    return TextRow(label=label, kind="text", value=value, half=True)


def _signature(label: str, statement: str, role: str) -> SignatureBlock:
    return SignatureBlock(
        label=label,
        statement=statement,
        signer_role=role,
        signer_name="",
        unit="",
        date="",
        seal=False,
    )
