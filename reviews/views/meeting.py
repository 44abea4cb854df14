"""A meeting of experts for staff: calling it, who is there, order, votes, closing, minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from calls.models import ReviewStage
from portal.errors import RuleViolation
from portal.numbers import whole_number
from reviews import printing
from reviews.access import may_write
from reviews.models import Ballot, Expert, Majority, Meeting, MeetingItem, Panel, Vote
from reviews.services import meeting as service
from reviews.services import recording, scoring, voting
from reviews.summary import SummaryRow, summary_of
from reviews.views.pages import actor, back_to, show, tell
from reviews.views.panel import panel_of, require_stage


class MeetingForm(forms.Form):
    """When and where, who takes the chair, how many must be there, what decides."""

    begins_at = forms.SplitDateTimeField(
        label=gettext_lazy("Begins"),
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date"}, time_attrs={"type": "time"},
            date_format="%Y-%m-%d", time_format="%H:%M",
        ),
    )  # fmt: skip
    place = forms.CharField(label=gettext_lazy("Place of the meeting"), max_length=120)
    chair = forms.ModelChoiceField(
        Expert.objects.none(), label=gettext_lazy("Chair"), required=False
    )
    quorum = forms.IntegerField(
        label=gettext_lazy("Experts who must be there"), min_value=1, max_value=99
    )
    majority = forms.ChoiceField(
        label=gettext_lazy("A project passes with"),
        choices=Majority.choices,
        widget=forms.RadioSelect,
    )

    ballot = forms.ChoiceField(
        label=gettext_lazy("Way of voting"), choices=Ballot.choices, widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None, *, panel: Panel) -> None:
        """Offer the panel's experts; two thirds of them are the usual quorum."""
        members = panel.members.count()
        initial = {
            "quorum": -(-members * 2 // 3) or 1,
            "majority": Majority.HALF,
            "ballot": Ballot.SECRET,
        }
        super().__init__(data, initial=initial)
        field = self.fields["chair"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Expert.objects.filter(seats__panel=panel)


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One project of the meeting with its figure, who votes and who leaves the room."""

    item: MeetingItem
    ranked: SummaryRow | None
    kept_out: list[Expert]
    voters: int
    word: str
    # Those who have voted themselves; how, only once the vote is closed and where it was open.
    votes: list[Vote]


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a meeting of the stage's panel."""
    stage = require_stage(request.user, pk, writes=True)
    panel = panel_of(stage)
    if panel is None:
        raise Http404
    form = MeetingForm(request.POST or None, panel=panel)
    if request.method == "POST" and form.is_valid():
        try:
            made = service.plan(
                panel=panel, sheet=scoring.sheet_of(stage), by=actor(request), **_read(form)
            )
        except RuleViolation as refused:
            tell(request, refused)
        else:
            messages.success(request, _("The meeting is called; its order follows the ranking."))
            return back_to("reviews_meeting", made.pk)
    context = {
        "title": _("Call a meeting"),
        "call": stage.call,
        "stage": stage,
        "form": form,
        "writes": True,
    }
    return show(request, "reviews/meeting_plan.html", context)


def _read(form: MeetingForm) -> dict[str, Any]:
    data = form.cleaned_data
    words = {"majority": Majority(data["majority"]), "ballot": Ballot(data["ballot"])}
    return data | words


def _require_meeting(request: HttpRequest, pk: int) -> Meeting:
    """Return a meeting of the person's own association with its stage; 404 else."""
    found = Meeting.objects.select_related("panel", "chair").filter(pk=pk).first()
    if found is None:
        raise Http404
    writes = request.method == "POST"
    found.panel.stage = require_stage(request.user, found.panel.stage_id, writes=writes)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the meeting as it is; take what happens in it, one thing after the other."""
    meeting = _require_meeting(request, pk)
    if request.method == "POST":
        try:
            anchor = _act(request, meeting)
        except RuleViolation as refused:
            tell(request, refused)
            anchor = ""
        return back_to("reviews_meeting", meeting.pk, anchor=anchor)
    stage: ReviewStage = meeting.panel.stage
    present, absent = service.attendance_of(meeting)
    lines = _lines(meeting, present)
    context = {
        "title": _("Meeting of experts"),
        "call": stage.call,
        "stage": stage,
        "meeting": meeting,
        "lines": lines,
        "present": present,
        "members": sorted([*present, *absent], key=lambda e: (e.name, e.pk)),
        "there": {expert.pk for expert in present},
        "enough": len(present) >= meeting.quorum,
        "voted": sum(line.item.is_voted for line in lines),
        "voting": any(line.item.voting for line in lines),
        "record": meeting.records.select_related("document", "signed", "signed_by").first(),
        "writes": may_write(request.user, stage.call),
    }
    return show(request, "reviews/meeting.html", context)


def _lines(meeting: Meeting, present: list[Expert]) -> list[ItemLine]:
    rows = meeting.items.select_related("application__packet__organisation")
    items = list(rows.prefetch_related("votes__expert"))
    out = service.kept_out_of(meeting, items)
    sheet = scoring.sheet_of(meeting.panel.stage)
    groups = summary_of(meeting.panel, sheet) if sheet else []
    ranked = {row.submission.pk: row for group in groups for row in group.rows}
    return [
        ItemLine(
            item=item,
            ranked=ranked.get(item.application_id),
            kept_out=[e for e in present if e.pk in out[item.application_id]],
            voters=sum(e.pk not in out[item.application_id] for e in present),
            word=printing.vote_word(item),
            votes=list(item.votes.all()),
        )
        for item in items
    ]


def _act(request: HttpRequest, meeting: Meeting) -> str:
    """Do one thing; return where on the page to go on. Raises RuleViolation."""
    data, by = request.POST, actor(request)
    match data.get("do"):
        case "attend":
            chosen = [n for n in map(whole_number, data.getlist("present")) if n is not None]
            chair = whole_number(data.get("chair", ""))
            service.take_attendance(meeting_id=meeting.pk, present=chosen, chair=chair, by=by)
            return "attendance"
        case "order":
            service.set_order(meeting_id=meeting.pk, order=_order(request, meeting), by=by)
            return "items"
        case "open":
            service.open_meeting(meeting_id=meeting.pk, by=by)
            return "items"
        case "open_vote":
            item = _item(request, meeting)
            voting.open_vote(item_id=item.pk, by=by)
            return f"item-{item.pk}"
        case "close_vote":
            item = _item(request, meeting)
            voting.close_vote(item_id=item.pk, note=data.get("note", ""), by=by)
            return f"item-{item.pk}"
        case "vote":
            return _count(request, meeting)
        case "close":
            service.close(meeting_id=meeting.pk, notes=data.get("notes", ""), by=by)
        case "minutes":
            recording.order_minutes(meeting=meeting, by=by)
            messages.success(request, _("The paper is being set; it is here in a moment."))
    return ""


def _order(request: HttpRequest, meeting: Meeting) -> list[int]:
    """Read the places typed; equal ones keep their order, what is none stays at the end."""
    items = list(meeting.items.all())

    def place(item: MeetingItem) -> tuple[int, int]:
        typed = whole_number(request.POST.get(f"place-{item.pk}", ""))
        return (typed if typed is not None else 10_000, item.position)

    return [item.pk for item in sorted(items, key=place)]


def _item(request: HttpRequest, meeting: Meeting) -> MeetingItem:
    key = whole_number(request.POST.get("item", "")) or 0
    item = meeting.items.filter(pk=key).first()
    if item is None:
        raise Http404
    return item


def _count(request: HttpRequest, meeting: Meeting) -> str:
    """Keep the numbers counted in the room."""
    item = _item(request, meeting)
    numbers = [
        whole_number(request.POST.get(name, ""))
        for name in ("votes_for", "votes_against", "abstained")
    ]
    if None in numbers:
        raise RuleViolation([_("Write all three numbers; nobody is 0.")])
    votes_for, votes_against, abstained = (n or 0 for n in numbers)
    voting.count_votes(
        item_id=item.pk, votes_for=votes_for, votes_against=votes_against, abstained=abstained,
        note=request.POST.get("note", ""), by=actor(request),
    )  # fmt: skip
    return f"item-{item.pk}"
