"""A pasted notice beside what the reader proposes, on the way to a draft call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from calls.admin.frame import actor, require_call, show, tell, to_overview, try_to
from calls.admin.overview import writable_issuers
from calls.admin.reading_forms import (
    HEAD_KINDS,
    MAX_CHARS,
    FactForm,
    HeadForm,
    NoticeForm,
    UnreadForm,
    anchor,
    head_initial,
)
from calls.models import Call
from calls.reader import GROUPS, KINDS, Proposal, Span, quoted, read
from calls.services.declaring import declare_point
from calls.services.editing import change_call
from calls.services.from_notice import draft_from_notice
from calls.services.notice_facts import Head
from portal.errors import RuleViolation
from portal.people.models import Issuer


@dataclass(frozen=True, slots=True)
class Group:
    """Proposals that are looked at together."""

    title: Any
    forms: list[FactForm]


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: HttpRequest) -> HttpResponse:
    """Take the text of a notice, or a file, and show what was read from it."""
    issuers = _issuers(request)
    form = NoticeForm(request.POST or None, request.FILES or None, issuers=issuers)
    if request.method == "POST" and form.is_valid():
        text, issuer = form.cleaned_data["text"], form.cleaned_data["issuer"]
        proposal = read(text)
        initial = head_initial(proposal) | {"issuer": issuer.pk}
        head = HeadForm(initial=initial, issuers=issuers)
        return _page(
            request, text, proposal, head, _fact_forms(proposal, None), _unread(proposal, None)
        )
    context = {
        "title": _("Draft from a notice"),
        "form": form,
        "submit": _("Read the notice"),
        "lead": _(
            "The portal reads the text and proposes what a call consists of, each with the"
            " sentence it comes from. Nothing is kept before you have confirmed it."
        ),
    }
    return show(request, "admin/calls/lone_form.html", context)


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Make the draft of what was confirmed; what stayed unsure is listed in its editor."""
    issuers = _issuers(request)
    text = request.POST.get("text", "")[:MAX_CHARS]
    proposal = read(text)
    head = HeadForm(request.POST, issuers=issuers)
    facts, unread = _fact_forms(proposal, request.POST), _unread(proposal, request.POST)
    made: list[Call] = []
    # Every form is looked at, so that all faults are shown at once.
    if all([head.is_valid(), *(form.is_valid() for form in (*facts, *unread))]):
        given = head.cleaned_data

        def make(_summary: str) -> None:
            made.append(
                draft_from_notice(
                    issuer=given["issuer"],
                    by=actor(request),
                    head=Head(given["title"], given["year"], given["opens_at"], given["closes_at"]),
                    text=proposal.text,
                    confirmed=[form.confirmed() for form in facts if form.kept],
                    unsure=[
                        form.doubted() for form in facts if not form.kept and not form.finding.sure
                    ],
                    unread=[(form.unread.words, form.sentence) for form in unread if form.kept],
                )
            )

        if try_to(request, head, make):
            return to_overview(made[0], "open-points")
    return _page(request, text, proposal, head, facts, unread)


@require_POST
def settle(request: HttpRequest, pk: int, row_pk: int) -> HttpResponse:
    """Take a point off the list: it was entered by hand, or is not wanted."""
    call = require_call(request, pk)
    change_call(
        call,
        by=actor(request),
        part="open_point",
        change=lambda locked: locked.open_points.filter(pk=row_pk).delete(),
        summary=_("A point of the notice was looked at."),
    )
    return to_overview(call, "open-points")


@require_POST
def declare(request: HttpRequest, pk: int, row_pk: int) -> HttpResponse:
    """Let applicants declare what a point says: the rule and its question, with one press."""
    call = require_call(request, pk)
    chosen = request.POST.get("category", "")
    category = get_object_or_404(call.categories, pk=chosen) if chosen.isdecimal() else None
    try:
        declare_point(call, by=actor(request), point=row_pk, category=category)
        messages.success(request, _("Whoever applies now declares this: rule and question stand."))
    except RuleViolation as refused:
        tell(request, refused)
    return to_overview(call, "open-points")


def _issuers(request: HttpRequest) -> list[Issuer]:
    """Return the issuers the person writes for; 404 for a person who writes for none."""
    issuers = writable_issuers(actor(request))
    if not issuers:
        raise Http404
    return issuers


def _fact_forms(proposal: Proposal, data: Any) -> list[FactForm]:
    """Return a form for each proposal but those of the head."""
    titles = [str(one.values["title"]) for one in proposal.of("category")]
    return [
        FactForm(
            data,
            prefix=f"fact-{place}",
            finding=finding,
            sentence=quoted(proposal, finding),
            titles=titles,
        )
        for place, finding in enumerate(proposal.findings)
        if finding.kind not in HEAD_KINDS
    ]


def _unread(proposal: Proposal, data: Any) -> list[UnreadForm]:
    """Return a form for each sentence that says more than the facts do."""
    return [
        UnreadForm(
            data,
            prefix=f"unread-{place}",
            unread=one,
            sentence=proposal.text[one.sentence.start : one.sentence.end],
        )
        for place, one in enumerate(proposal.unread)
    ]


def _page(
    request: HttpRequest,
    text: str,
    proposal: Proposal,
    head: HeadForm,
    facts: list[FactForm],
    unread: list[UnreadForm],
) -> HttpResponse:
    """Show the notice on one side and the proposals on the other."""
    groups = [
        Group(title, [form for form in facts if KINDS[form.finding.kind].group == code])
        for code, title in GROUPS.items()
    ]
    context = {
        "title": _("What the notice says"),
        "text": text,
        "form": head,
        "head_findings": [
            {"label": KINDS[kind].label, "anchor": anchor(one.sentence), "why": one.why}
            for kind in HEAD_KINDS
            for one in proposal.of(kind)
        ],
        "groups": [group for group in groups if group.forms],
        "unread": unread,
        "notice": marked(proposal),
        "unsure": sum(not one.sure for one in proposal.findings),
        "found": len(proposal.findings),
        "wrong": sum(bool(form.errors) for form in facts) if head.is_bound else 0,
    }
    return show(request, "admin/calls/reading.html", context)


def marked(proposal: Proposal) -> SafeString:
    """Return the notice with every sentence that was read marked and reachable by its place.

    Marks lie inside one another where a whole line and a sentence of it were both read.
    """
    read = {one.sentence for one in proposal.findings}
    read |= {one.sentence for one in proposal.unread}
    spans = sorted(read, key=lambda span: (span.start, -span.end))
    return format_html_join("", "{}", ((piece,) for piece in _pieces(proposal, spans)))


def _pieces(proposal: Proposal, spans: list[Span]) -> Iterator[SafeString | str]:
    text, place = proposal.text, 0
    open_spans: list[Span] = []
    doubted = {one.sentence for one in proposal.findings if not one.sure}
    missed = {one.sentence for one in proposal.unread}
    for span in spans:
        while open_spans and open_spans[-1].end <= span.start:
            closed = open_spans.pop()
            yield text[place : closed.end]
            yield SafeString("</span>")
            place = closed.end
        yield text[place : span.start]
        place = span.start
        name = "read missed" if span in missed else "read unsure" if span in doubted else "read"
        yield format_html('<span class="{}" id="{}">', name, anchor(span))
        open_spans.append(span)
    while open_spans:
        closed = open_spans.pop()
        if closed.end > place:
            yield text[place : closed.end]
            place = closed.end
        yield SafeString("</span>")
    yield text[place:]
