"""What a decision says to others: the frozen public list, the printed list, the mail to a unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.services.notices import workers
from calls.models import Call, Notice
from calls.services.results import ResultGroup
from portal.clock import local
from portal.documents.payloads import Column, DocumentKind, ResultList
from portal.documents.payloads import ResultGroup as PrintedGroup
from portal.documents.services import request_document
from portal.mail.services import queue
from portal.people.models import User
from reviews.board import Board, Row
from reviews.models import Decision, DecisionOutcome, Submission


def groups_of(board: Board, decisions: Sequence[Decision]) -> list[ResultGroup]:
    """Return the public list: by category, unit, partners and title of the selected, nothing else.

    Only the decisions given are on it, so that a further list from the reserve repeats no one.
    """
    wanted = {d.application_id for d in decisions if d.outcome == DecisionOutcome.SELECTED}
    groups: list[ResultGroup] = []
    for group in board.groups:
        lines = [line_of(row) for row in group.rows if row.submission.pk in wanted]
        if lines:
            groups.append(ResultGroup(title=group.category.full_title, rows=lines))
    return groups


def columns() -> list[str]:
    """Return the heads of the list's columns."""
    return [_("Unit"), _("Joint applicants"), _("Title of the project")]


def line_of(row: Row) -> list[str]:
    """Return the cells every list of the call begins its rows with."""
    submission = row.submission
    partners = "、".join(p.name for p in submission.partners.all())
    return [submission.packet.organisation.name, partners or "—", submission.title]


def body(call: Call, *, nobody: bool) -> str:
    """Return the sentence above the public list, in the call's own word for selected.

    With ``nobody`` selected there is no list: the sentence is the whole notice.
    """
    words = {"call": call.title, "word": call.word_selected}
    if nobody:
        return _("“%(call)s”: none of the applications decided here was %(word)s.") % words
    return _("The list of %(word)s of “%(call)s” is published herewith.") % words


def default_title(call: Call, *, further: bool, nobody: bool) -> str:
    """Propose the title of the list; a later one from the reserve says that it is one.

    Where ``nobody`` is selected the title promises no list.
    """
    words = {"call": call.title, "word": call.word_selected}
    if nobody:
        return _("Decision on the applications: %(call)s") % words
    if further:
        return _("Further list of %(word)s: %(call)s") % words
    return _("List of %(word)s: %(call)s") % words


def order_list(notice: Notice, call: Call) -> None:
    """Order the list as a document in official layout, within the publication's transaction."""
    assert notice.rows is not None
    assert notice.published_at is not None
    issuer = call.issuer
    request_document(
        kind=DocumentKind.RESULT_LIST,
        payload=ResultList(
            issuer=issuer.organisation.name,
            call=call.title,
            intro=notice.body,
            groups=[_printed(group, notice.rows["columns"]) for group in notice.rows["groups"]],
            date=local(notice.published_at).date().isoformat(),
        ),
        title=notice.title,
        unit_name=issuer.organisation.name,
        number=notice.number,
        version_no=1,
        content_sha256="",
        issuer_id=issuer.pk,
        organisation_id=None,
        subject_label=label_of(notice),
    )


def label_of(notice: Notice) -> str:
    """Return the subject under which a list is kept among the documents."""
    return f"calls.notice:{notice.pk}"


def _printed(group: ResultGroup, heads: Sequence[str]) -> PrintedGroup:
    weights = (4, 3, 5, *[3] * (len(heads) - 3))
    return PrintedGroup(
        title=group["title"],
        columns=[Column(title=t, weight=w) for t, w in zip(heads, weights, strict=True)],
        entries=group["rows"],
    )


def outcome_word(call: Call, outcome: str) -> str:
    """Return the call's own word for an outcome (立项, 入选, 列入申报范围)."""
    words = {
        DecisionOutcome.SELECTED: call.word_selected,
        DecisionOutcome.RESERVE: call.word_reserve,
        DecisionOutcome.NOT_SELECTED: call.word_not_selected,
    }
    return words.get(DecisionOutcome(outcome), "") if outcome else ""


def tell_units(notice: Notice, board: Board, decisions: Sequence[Decision]) -> None:
    """Tell everyone who worked on a decided application what became of it, one mail per packet."""
    outcomes = {d.application_id: d.outcome for d in decisions}
    by_packet: dict[Any, list[Submission]] = {}
    for row in board.rows:
        if row.submission.pk in outcomes:
            by_packet.setdefault(row.submission.packet_id, []).append(row.submission)
    for submissions in by_packet.values():
        packet = submissions[0].packet
        lines = [(s, outcome_word(board.call, outcomes[s.pk])) for s in submissions]
        for user in workers(packet):
            _tell(user, notice, board.call, lines, packet.pk)


def _tell(
    user: User, notice: Notice, call: Call, lines: Sequence[tuple[Submission, str]], packet_pk: Any
) -> None:
    queue(
        to=user,
        template="reviews/result",
        context={"call": call, "lines": lines, "notice": notice},
        occasion=f"result:{notice.pk}:{packet_pk}",
        issuer=call.issuer,
        url=reverse("applications:packet", args=[packet_pk]),
    )
