"""The form of a call on one page: as it will look, edited in place, ordered, tried out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from calls.admin.frame import actor, require_call, show, tell, to_form
from calls.admin.overview import in_tree_order, may_write
from calls.compile import FilesQuestion, trial_class
from calls.condition_words import condition_words, questions_of
from calls.contradictions import wrong_with_form
from calls.enums import CallState, FieldKind, FieldRole
from calls.forms_schema import FormSchema, answer_key
from calls.forwarding import locked_form_words
from calls.models import Call, FormField, FormSection
from calls.section_templates import SETS, STEPS, add_set, add_step
from calls.services import arranging
from calls.services.arranging import Layout
from calls.services.editing import Seen, change_call
from calls.services.form_revisions import history, pending
from calls.services.freeze import schema_of
from portal.errors import RuleViolation

_LAYOUT_BYTES = 20_000


@dataclass(frozen=True, slots=True)
class Opened:
    """The step or question that is edited in its place; ``row`` has no key while it is new."""

    slug: str
    row: Any
    form: Any
    title: str


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """One question as it will be asked, with what is set about it in words."""

    row: FormField
    control: BoundField | None
    files: FilesQuestion | None
    condition: str
    marks: tuple[str, ...]
    opened: Opened | None


@dataclass(frozen=True, slots=True)
class StepCard:
    """One step with its questions; ``adding`` is the new question that is being entered in it."""

    row: FormSection
    cards: tuple[QuestionCard, ...]
    opened: Opened | None
    adding: Opened | None


@require_safe
def build(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form; officials see it without the ways to change it."""
    return page(request, require_call(request, pk, writes=False))


def page(
    request: HttpRequest, call: Call, opened: Opened | None = None, status: int = 200
) -> HttpResponse:
    """Show the whole form, with at most one part of it open for editing."""
    schema = schema_of(call)
    own_form = call.parent_call_id is None
    writes = own_form and may_write(actor(request), call) and call.state != CallState.ARCHIVED
    waiting = pending(call)
    context: dict[str, Any] = {
        "title": _("The form"),
        "writes": writes,
        "locked": "" if own_form else locked_form_words(),
        "draft": call.state == CallState.DRAFT,
        "steps": _cards(call, schema, opened),
        "opened": opened,
        "new_step": opened if opened and opened.slug == "section" and not opened.row.pk else None,
        "kinds": FieldKind.choices,
        "usual": [(name, step.title) for name, step in STEPS.items()],
        "sets": [(name, one.title) for name, one in SETS.items()],
        "leaves": leaves_of(call),
        "wrong": wrong_with_form(call),
        "waiting": waiting,
        "history": history(call),
        "stamp": arranging.stamp_of(arranging.layout_of(call)),
    }
    return show(request, "admin/calls/form.html", context, call=call, status=status)


def leaves_of(call: Call) -> list[Any]:
    """Return the categories that are applied for, as one fills the form in for one of them."""
    return [one for one, has_parts in in_tree_order(call) if not has_parts]


def _cards(call: Call, schema: FormSchema, opened: Opened | None) -> list[StepCard]:
    """Lay every step out with its questions as they will be asked."""
    rows = call.sections.select_related("category__parent").prefetch_related("fields")
    questions = questions_of(schema)
    cards = []
    for row, spec in zip(rows, schema["sections"], strict=True):
        sound = {**spec, "fields": [one for one in spec["fields"] if _can_be_shown(one)]}
        form = trial_class(sound)(answers={})  # type: ignore[arg-type]
        files = {question.key: question for question in form.files_questions}
        fields = tuple(
            QuestionCard(
                row=field,
                control=form[field.code] if field.code in form.fields else None,
                files=files.get(answer_key(spec, one)),
                condition=condition_words(one.get("condition", {}), spec["code"], questions),
                marks=tuple(_marks(field)),
                opened=_if_open(opened, "question", field),
            )
            for field, one in zip(row.fields.all(), spec["fields"], strict=True)
        )
        adding = opened if _adds_to(opened, row) else None
        cards.append(StepCard(row, fields, _if_open(opened, "section", row), adding))
    return cards


def _can_be_shown(field: Any) -> bool:
    """Tell whether a question has what its control needs; a call file's draft may lack it."""
    options = field.get("options", {})
    needed = {"choice": "choices", "choices": "choices", "table": "columns", "declaration": "text"}
    return field["kind"] not in needed or bool(options.get(needed[field["kind"]]))


def _if_open(opened: Opened | None, slug: str, row: Any) -> Opened | None:
    return opened if opened and opened.slug == slug and opened.row.pk == row.pk else None


def _adds_to(opened: Opened | None, section: FormSection) -> bool:
    return bool(
        opened
        and opened.slug == "question"
        and not opened.row.pk
        and opened.row.section_id == section.pk
    )


def _marks(field: FormField) -> Iterable[str]:
    """Say what is set about a question beside what its control shows."""
    yield str(FieldKind(field.kind).label)
    if not field.required:
        yield _("optional")
    if field.role:
        label = FieldRole(field.role).label if field.role in FieldRole.values else field.role
        yield _("meaning: %(role)s") % {"role": label}
    options = field.options
    for low, high, sentence in (
        ("min", "max", _("from %(low)s to %(high)s")),
        ("min_rows", "max_rows", _("rows: %(low)s to %(high)s")),
    ):
        if low in options or high in options:
            yield sentence % {"low": options.get(low, 0), "high": options.get(high, "…")}
    if field.public:
        yield _("in the public list")
    if field.blind_hidden:
        yield _("hidden from blind reviewers")
    if field.personal:
        yield _("personal data: %(purpose)s, %(months)s months") % {
            "purpose": field.personal_purpose,
            "months": field.retention_months,
        }


# What is done to the form ----------------------------------------------------------------------


@require_POST
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in a whole order, as dragging makes it: ``3:12,14;5:15`` in ``order``.

    Answers with the new stamp, or with the reasons of a refusal and status 409.
    """
    call = require_call(request, pk)
    try:
        layout = _layout_in(request.POST.get("order", ""))
        _arrange(request, call, lambda _l: layout, stamp=request.POST.get("stamp", ""))
    except RuleViolation as refused:
        return JsonResponse({"reasons": [r.message for r in refused.reasons]}, status=409)
    return JsonResponse({"stamp": arranging.stamp_of(arranging.layout_of(call))})


def _layout_in(text: str) -> Layout:
    """Read an order; raises ``RuleViolation`` for what is none."""
    try:
        if len(text) > _LAYOUT_BYTES:
            raise ValueError
        pairs = [part.split(":") for part in text.split(";") if part]
        return [(int(key), [int(one) for one in row.split(",") if one]) for key, row in pairs]
    except ValueError:
        raise RuleViolation([_("This is no order of steps and questions.")]) from None


def _arrange(request: HttpRequest, call: Call, make: Any, *, stamp: str) -> None:
    """Give the form the order that ``make`` makes of the one that stands."""
    seen = Seen(stamp, lambda: arranging.stamp_of(arranging.layout_of(call)))
    change_call(
        call,
        by=actor(request),
        part="section",
        change=lambda locked: arranging.arrange(locked, make(arranging.layout_of(locked))),
        seen=seen if stamp else None,
    )


@require_POST
def shift(request: HttpRequest, pk: int, slug: str, row_pk: int) -> HttpResponse:
    """Move a step or question by a button: ``to`` is up, down or, for a question, another step."""
    call = require_call(request, pk)
    row = _row(call, slug, row_pk)
    to = request.POST.get("to", "")

    def make(layout: Layout) -> Layout:
        up = to == "up"
        if slug == "section":
            return arranging.shifted_section(layout, row.pk, up=up)
        if to.isdecimal():
            return arranging.sent_to(layout, row.pk, int(to))
        draft = call.state == CallState.DRAFT
        return arranging.shifted(layout, row.pk, up=up, across=draft)

    try:
        _arrange(request, call, make, stamp="")
    except RuleViolation as refused:
        tell(request, refused)
    return to_form(call, f"{slug}-{row.pk}")


@require_POST
def duplicate(request: HttpRequest, pk: int, slug: str, row_pk: int) -> HttpResponse:
    """Copy a step or question and stand at the copy."""
    call = require_call(request, pk)
    row = _row(call, slug, row_pk)
    copies: Any = {"section": arranging.copy_section, "question": arranging.copy_question}
    try:
        copy = change_call(call, by=actor(request), part=slug, change=lambda _c: copies[slug](row))
    except RuleViolation as refused:
        tell(request, refused)
        return to_form(call)
    return to_form(call, f"{slug}-{copy.pk}")


def _row(call: Call, slug: str, pk: int) -> Any:
    """Return a step or question of this call; 404 else."""
    if slug == "section":
        return get_object_or_404(call.sections, pk=pk)
    if slug == "question":
        fields = FormField.objects.select_related("section")
        return get_object_or_404(fields, section__call=call, pk=pk)
    raise Http404


@require_POST
def usual(request: HttpRequest, pk: int) -> HttpResponse:
    """Add one of the usual steps, or a whole set of them, to the end of the form."""
    call = require_call(request, pk)
    step, chosen = request.POST.get("step", ""), request.POST.get("set", "")
    if step not in STEPS and chosen not in SETS:
        raise Http404

    def change(locked: Call) -> Any:
        return add_step(locked, step) if step else add_set(locked, chosen)[0]

    try:
        section = change_call(call, by=actor(request), part="section", change=change)
    except RuleViolation as refused:
        tell(request, refused)
        return to_form(call)
    return to_form(call, f"section-{section.pk}")
