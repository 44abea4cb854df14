"""The paper register of a call: book in by code or number, see what lacks, take a mistake back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.models import PaperArrival
from applications.papers import PaperStanding, counting_day, is_asked, last_day
from applications.services import paper
from calls.models import Call
from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.models import User
from reviews import paper_register
from reviews.access import may_write, require_call
from reviews.exports import Cell
from reviews.paper_forms import BookingForm, UndoForm
from reviews.paper_register import Line
from reviews.views.pages import actor, show, tell
from reviews.views.workbooks import workbook

# What waits for the unit: those lines show whom to call.
_TO_CALL = (PaperStanding.MISSING, PaperStanding.OLD_VERSION, PaperStanding.PARTLY)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a code or number and book in; below it stands how far every packet is."""
    call = require_call(request.user, pk, writes=request.method == "POST")
    typed = request.POST.get("code", request.GET.get("code", "")).strip()
    line, form, said = None, None, ""
    if typed:
        found = paper_register.find(typed, issuers=[call.issuer_id])
        said = found.sentence
        if found.packet is not None and found.packet.call_id != call.pk:
            return _to_its_call(request, found.packet.call, typed)
        line = paper_register.line_of(found.packet) if found.packet else None
    if line is not None and not line.papers.expected:
        line, said = None, _("Nothing of this unit is expected on paper.")
    if line is not None and may_write(request.user, call):
        version = found.version.pk if found.version else None
        form = BookingForm(request.POST or None, line=line, version_id=version)
        if request.method == "POST" and form.is_valid() and _booked(request, line, form):
            return redirect("admin:reviews_paper_register", call.pk)
    return show(request, "reviews/paper_register.html", _context(request, call, line, form, said))


@require_POST
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the code from a photo or scan of a paper, and go on as if it had been typed."""
    call = require_call(request.user, pk, writes=True)
    upload = request.FILES.get("photo")
    if not isinstance(upload, UploadedFile):
        messages.error(request, _("Choose a file first."))
        return redirect("admin:reviews_paper_register", call.pk)
    try:
        code = paper_register.code_on(upload, issuers=[call.issuer_id])
    except RuleViolation as refused:
        tell(request, refused)
        return redirect("admin:reviews_paper_register", call.pk)
    return _to_register(call, code)


def _to_its_call(request: HttpRequest, other: Call, typed: str) -> HttpResponse:
    """Lead to the register of the call the paper belongs to: envelopes are not sorted."""
    messages.info(request, _("This paper belongs to “%(call)s”.") % {"call": other.title})
    return _to_register(other, typed)


def _to_register(call: Call, code: str) -> HttpResponse:
    """Lead to the register of a call with a code looked up."""
    address = reverse("admin:reviews_paper_register", args=[call.pk])
    return redirect(f"{address}?{urlencode({'code': code})}")


def _booked(request: HttpRequest, line: Line, form: BookingForm) -> bool:
    """Book in; a refusal is told and leaves the form as it was filled in."""
    data = form.cleaned_data
    try:
        arrival = paper.book_in(
            packet_id=line.packet.pk,
            version_id=data["version"],
            copies=form.copies(),
            arrived_on=data["arrived_on"],
            postmarked_on=data.get("postmarked_on"),
            note=data["note"],
            by=actor(request),
            key=data["key"],
        )
    except RuleViolation as refused:
        tell(request, refused)
        return False
    words = {"number": line.packet.number, "unit": line.packet.organisation.name}
    messages.success(request, _("Booked in: %(number)s, %(unit)s.") % words)
    now_here = paper.papers_of(line.packet)
    if arrival.version is not None and arrival.version != line.papers.in_hand:
        messages.warning(request, _("The form is not the version handed in; the unit is told."))
    elif now_here and now_here.judgement.missing:
        messages.warning(request, _("Something still lacks; the unit is told."))
    return True


def _context(
    request: HttpRequest, call: Call, line: Line | None, form: BookingForm | None, said: str
) -> dict[str, Any]:
    """Gather the page; reading phones is written down."""
    lines = paper_register.lines_of(call)
    counts = paper_register.counts_of(lines)
    wanted = request.GET.get("standing", "")
    shown = [one for one in lines if one.standing == wanted] if wanted else lines
    waiting = [one for one in shown if one.standing in _TO_CALL] if wanted in _TO_CALL else []
    if waiting:
        paper_register.add_people(waiting)
        _note(call, actor(request), "page")
    last = last_day(call)
    return {
        "title": _("Paper register"),
        "call": call,
        "asked": is_asked(call, call.papers.all()),
        "typed": request.POST.get("code", request.GET.get("code", "")),
        "said": said,
        "line": line,
        "form": form,
        "lines": shown,
        "counts": [(s, s.label, counts.get(s, 0)) for s in PaperStanding],
        "total": len(lines),
        "wanted": wanted,
        "with_people": bool(waiting),
        "taken_back": PaperArrival.objects.filter(packet__call=call)
        .exclude(undone_at=None)
        .select_related("packet__organisation", "undone_by"),
        "is_over": last is not None and clock.today() > last,
        "writes": may_write(request.user, call),
    }


@require_POST
def undo(request: HttpRequest, pk: int, arrival: int) -> HttpResponse:
    """Take back what was booked in by mistake."""
    call = require_call(request.user, pk, writes=True)
    found = get_object_or_404(PaperArrival, pk=arrival, packet__call=call)
    form = UndoForm(request.POST)
    try:
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        paper.undo(arrival_id=found.pk, reason=reason, by=actor(request))
        messages.success(request, _("Taken back; it stays below with its reason."))
    except RuleViolation as refused:
        tell(request, refused)
    return redirect("admin:reviews_paper_register", call.pk)


def _note(call: Call, by: User, form: str) -> None:
    record("phone_list_read", by=by, target=call, issuer=call.issuer, format=form, about="papers")


_HEADS = (
    (gettext_lazy("Number"), 20),
    (gettext_lazy("Unit"), 34),
    (gettext_lazy("Application"), 40),
    (gettext_lazy("How far"), 16),
    (gettext_lazy("Here"), 30),
    (gettext_lazy("Missing"), 30),
    (gettext_lazy("Version handed in"), 12),
    (gettext_lazy("Day that counts"), 14),
    (gettext_lazy("Phone of the unit"), 18),
    (gettext_lazy("Contact"), 14),
    (gettext_lazy("Phone"), 18),
)


@require_safe
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the register as a workbook, one line for each packet, with its first contact."""
    call = require_call(request.user, pk)
    lines = paper_register.lines_of(call)
    paper_register.add_people(lines)
    _note(call, actor(request), "xlsx")
    return workbook("{} {}".format(call.title, _("paper register")), _HEADS, _cells(call, lines))


def _cells(call: Call, lines: Sequence[Line]) -> Iterator[list[Cell]]:
    for line in lines:
        judged, packet = line.papers.judgement, line.packet
        first = line.people[0] if line.people else None
        yield [
            packet.number,
            packet.organisation.name,
            line.title,
            str(line.standing.label),
            "；".join(_said(call, arrival) for arrival in line.papers.arrivals),
            "；".join(f"{one.title} × {one.copies}" for one in judged.missing),
            line.papers.in_hand.no,
            judged.complete_on.isoformat() if judged.complete_on else "",
            packet.organisation.phone,
            first.name if first else "",
            first.phone if first else "",
        ]


def _said(call: Call, arrival: PaperArrival) -> str:
    """Say one arrival in a cell: the day that counts and what came."""
    day = date_format(counting_day(call, arrival.arrived_on, arrival.postmarked_on))
    pieces = "、".join(f"{piece.title} × {piece.copies}" for piece in arrival.pieces.all())
    return f"{day} {pieces}"
