"""Filling in step by step; every answer is kept, sound or not, and two people never overwrite."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.access import Desk, application_for, desk_for
from applications.completeness import against_rules, held_up, unanswered, unsound
from applications.models import Application, CorrectionRequest, FieldSave, Packet
from applications.rail import next_url, rail
from applications.services import drafting
from applications.states import EDITABLE, Actor, State
from applications.views.packet import frame, renew_form
from calls import conditions
from calls.answers import display, is_shown, parse_partial
from calls.compile import FilesQuestion, StepForm, form_class
from calls.condition_words import condition_words
from calls.enums import FieldRole, SectionScope
from calls.forms_schema import answer_key
from calls.rules.funding import bounds_in_words
from portal.clock import local
from portal.errors import Conflict, Refusal, RuleViolation
from portal.face.wording import listed
from portal.numbers import whole_number


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is being filled in: the plan of a packet, or one of its applications."""

    desk: Desk
    application: Application | None

    @property
    def packet(self) -> Packet:
        """The packet around it."""
        return self.desk.packet

    @property
    def answers(self) -> dict[str, Any]:
        """The answers as they are kept."""
        held: dict[str, Any] = (
            self.packet.plan if self.application is None else self.application.answers
        )
        return held

    @property
    def editable(self) -> bool:
        """Whether the unit may write now."""
        if self.application is not None:
            return self.application.state in EDITABLE
        states = {a.state for a in self.packet.shown_applications}
        return bool(states & EDITABLE)

    def form_class(self, section: str) -> type[StepForm]:
        """Return the form of one step; 404 where the form has none of this name."""
        codes = () if self.application is None else self.application.category.codes
        try:
            found = form_class(self.packet.form_revision, codes, section)
        except KeyError:
            raise Http404 from None
        scope = SectionScope.PLAN if self.application is None else SectionScope.APPLICATION
        if found.section["scope"] != scope:
            raise Http404
        return found

    def url(self, section: str) -> str:
        """Return the page of a step."""
        if self.application is None:
            return reverse("applications:plan_step", args=[self.packet.pk, section])
        return reverse("applications:step", args=[self.application.pk, section])

    def save_url(self, section: str) -> str:
        """Return where single answers of a step are saved."""
        if self.application is None:
            return reverse("applications:save_plan", args=[self.packet.pk, section])
        return reverse("applications:save", args=[self.application.pk, section])


@require_safe
def first_step(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Go to the first step with something missing, or the first of all; readers to the packet."""
    desk, application = application_for(request, pk)
    if application.state not in EDITABLE or not desk.fills:
        return redirect("applications:packet", desk.packet.pk)
    for reason in held_up([application]):
        words = {"reason": reason.message, "clause": reason.clause}
        messages.warning(request, _("Cannot be handed in now. %(reason)s %(clause)s") % words)
    sections = drafting.sections_of(desk.packet, application)
    missing = [
        g.section
        for g in (*unanswered(desk.packet, [application]), *against_rules(application))
        if g.application == application and g.section
    ]
    wanted = next((s["code"] for s in sections if s["code"] in missing), sections[0]["code"])
    return redirect("applications:step", pk, wanted)


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, pk: uuid.UUID, section: str) -> HttpResponse:
    """Show and save one step of an application."""
    desk, application = application_for(request, pk, Actor.FILLER)
    return _step(request, Sheet(desk, application), section)


@require_http_methods(["GET", "POST"])
def plan_step(request: HttpRequest, pk: uuid.UUID, section: str) -> HttpResponse:
    """Show and save one step of a recommendation plan."""
    return _step(request, Sheet(desk_for(request, pk, Actor.FILLER), None), section)


def _step(request: HttpRequest, sheet: Sheet, section: str) -> HttpResponse:
    if request.method == "POST" and sheet.editable:
        renew_form(request, sheet.packet)
    built = sheet.form_class(section)
    if request.method == "POST":
        form = built(request.POST, answers=sheet.answers)
        conflicts, refused = _save(request, sheet, form)
        held_up = conflicts or refused or form.asks_for_rows or unsound(form.section, sheet.answers)
        if not held_up:
            return redirect(_after(request, sheet, section))
    else:
        # The saved gaps show at once: a step one comes back to says what it lacks.
        form = built(answers=sheet.answers, locked=not sheet.editable)
        conflicts = {}
    _mark(form, sheet)
    context = _context(request, sheet, form, section)
    return render(
        request,
        "applications/step.html",
        {**context, "conflicts": _shown_conflicts(form, conflicts)},
        status=409 if conflicts else 200,
    )


def _save(request: HttpRequest, sheet: Sheet, form: StepForm) -> tuple[dict[str, Conflict], bool]:
    """Keep every answer sent, sound or not; return conflicts and whether all was refused."""
    settled = form.settled()
    try:
        conflicts = drafting.save_answers(
            packet_id=sheet.packet.pk,
            application_id=sheet.application.pk if sheet.application else None,
            values={key: one.value for key, one in settled.items()},
            revisions=_revisions(request, form),
            by=sheet.desk.user,
        )
    except RuleViolation as refusal:
        messages.error(request, refusal.reasons[0].message)
        return {}, True
    sheet.answers.update({key: one.value for key, one in settled.items() if key not in conflicts})
    return conflicts, False


def _revisions(request: HttpRequest, form: StepForm) -> dict[str, int]:
    """Read the revision each answer was shown with: hidden fields revision-<code>."""
    found = {}
    for code in form.fields:
        text = request.POST.get(f"revision-{code}", "")
        found[form.key_of(code)] = whole_number(text) or 0
    return found


def _after(request: HttpRequest, sheet: Sheet, section: str) -> str:
    """Return where to go after saving: the next step, or the check."""
    if "stay" in request.POST:
        return sheet.url(section)
    steps = rail(sheet.packet, sheet.application, section)
    left = next(one for one in steps if one.current)
    if left.missing:
        said = ngettext(
            "“%(step)s” is saved, but %(n)d point of it still needs you.",
            "“%(step)s” is saved, but %(n)d points of it still need you.",
            left.missing,
        )
        messages.warning(request, said % {"step": left.label, "n": left.missing})
    return next_url(steps)


def _mark(form: StepForm, sheet: Sheet) -> None:
    """Show at each question when it was saved, at the amount how much the category gives."""
    saves = FieldSave.objects.filter(packet=sheet.packet, application=sheet.application)
    form.mark_saved({save.key: (save.revision, save.at) for save in saves})
    if sheet.application is not None:
        category = sheet.application.category
        gives = bounds_in_words(category.amount_min, category.amount_max)
        form.add_hint(FieldRole.AMOUNT, gives)


def _context(request: HttpRequest, sheet: Sheet, form: StepForm, section: str) -> dict[str, object]:
    packet = sheet.packet
    editable = [a for a in packet.shown_applications if a.state in EDITABLE]
    found = unanswered(packet, editable) if sheet.editable else []
    broken = against_rules(sheet.application) if sheet.application and sheet.editable else []
    steps = rail(packet, sheet.application, section, [*found, *broken])
    correction = _correction(sheet)
    return {
        **frame(packet),
        "desk": sheet.desk,
        "sheet": sheet,
        "application": sheet.application,
        "section": form.section,
        "form": form,
        "revisions": _hidden_revisions(form),
        "save_url": sheet.save_url(section),
        "files": _files(sheet, form),
        "steps": steps,
        "next_url": next_url(steps),
        "missing": len(found) + len(broken),
        # A form that was sent says above itself what cannot be read.
        "unsound": [] if form.is_bound else unsound(form.section, sheet.answers),
        "broken": [Refusal(g.message, g.clause) for g in broken if g.section == section],
        "correction": correction,
        "confidential": sheet.editable and packet.has_confidential_part(),
        "returned_points": _points(correction, section),
    }


def _hidden_revisions(form: StepForm) -> dict[str, int]:
    return {
        code: getattr(field.dress, "revision", None) or 0  # type: ignore[attr-defined]
        for code, field in form.fields.items()
    }


@dataclass(frozen=True, slots=True)
class FilesBox:
    """A question answered by files, with what is there and what it takes."""

    question: FilesQuestion
    attachments: list[Any]
    # When it is asked, in words, where an answer of the same step decides; the page cannot hide it.
    only_if: str = ""

    @property
    def accept(self) -> str:
        """The types taken, as the control of the browser names them."""
        return ",".join(f".{one}" for one in self.question.types)

    @property
    def types(self) -> str:
        """The types taken, in words."""
        return listed(one.upper() for one in self.question.types)

    @property
    def full(self) -> bool:
        """Whether no further file is taken."""
        return len(self.attachments) >= self.question.max_files


def _files(sheet: Sheet, form: StepForm) -> list[FilesBox]:
    if sheet.application is None:
        return []
    held = list(sheet.application.attachments.select_related("file"))
    boxes = [
        FilesBox(question, [a for a in held if a.key == question.key], _only_if(form, question))
        for question in form.files_questions
    ]
    # What another step decides is asked or not; files that lie there can still be taken off.
    return [box for box in boxes if box.attachments or box.only_if or _is_asked(form, box)]


def _is_asked(form: StepForm, box: FilesBox) -> bool:
    return is_shown(form.section, box.question.field, form.answers)


def _only_if(form: StepForm, question: FilesQuestion) -> str:
    """Say on which answers of this step the question hangs; empty where none of them decides."""
    section, condition = form.section["code"], question.field.get("condition", {})
    own = {answer_key(form.section, spec): spec for spec in form.specs.values()}
    asks = set(conditions.fields_of(condition, section))
    return condition_words(condition, section, own) if asks and asks <= set(own) else ""


def _correction(sheet: Sheet) -> CorrectionRequest | None:
    """Return what staff asked to correct in this application, while it stands returned."""
    application = sheet.application
    if application is None or application.state != State.RETURNED:
        return None
    return application.corrections.first()


def _points(correction: CorrectionRequest | None, section: str) -> list[str]:
    """Return what staff asked to correct in this step."""
    if correction is None:
        return []
    return [item.reason for item in correction.items.filter(section=section)]


@dataclass(frozen=True, slots=True)
class ShownConflict:
    """Two texts for one question, for a person to choose."""

    label: str
    theirs: str
    mine: str
    by: str


def _shown_conflicts(form: StepForm, conflicts: dict[str, Conflict]) -> list[ShownConflict]:
    settled = form.settled() if conflicts else {}
    by_key = {form.key_of(code): spec for code, spec in form.specs.items()}
    return [
        ShownConflict(
            label=by_key[key]["label"],
            theirs=display(by_key[key], conflict.theirs),
            mine=display(by_key[key], settled[key].value),
            by=conflict.by,
        )
        for key, conflict in conflicts.items()
    ]


@require_POST
def save_application(request: HttpRequest, pk: uuid.UUID, section: str) -> JsonResponse:
    """Autosave one answer of an application."""
    desk, application = application_for(request, pk, Actor.FILLER)
    return _autosave(request, desk, application, section)


@require_POST
def save_plan(request: HttpRequest, pk: uuid.UUID, section: str) -> JsonResponse:
    """Autosave one answer of a plan."""
    return _autosave(request, desk_for(request, pk, Actor.FILLER), None, section)


def _autosave(
    request: HttpRequest, desk: Desk, application: Application | None, section: str
) -> JsonResponse:
    """Answer as static/face/autosave.js expects."""
    key = f"{section}.{request.POST.get('field', '')}"
    text = request.POST.get("revision", "0")
    try:
        _section, field = drafting.field_of(desk.packet, application, key)
        settled = parse_partial(field, request.POST.get("value", ""))
        save = drafting.save_answer(
            packet_id=desk.packet.pk,
            application_id=application.pk if application else None,
            key=key,
            value=settled.value,
            revision=whole_number(text) or 0,
            by=desk.user,
        )
    except RuleViolation as refusal:
        return JsonResponse({"errors": [r.message for r in refusal.reasons]}, status=423)
    except ValueError:
        return JsonResponse({"errors": [_("This value cannot be read.")]}, status=400)
    except Conflict as conflict:
        shown = display(field, conflict.theirs)
        answer = {"theirs": shown, "revision": conflict.revision, "by": conflict.by}
        return JsonResponse(answer, status=409)
    return JsonResponse(
        {
            "saved_at": f"{local(save.at):%H:%M:%S}",
            "revision": save.revision,
            "errors": list(settled.errors),
        }
    )
