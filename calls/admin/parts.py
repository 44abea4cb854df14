"""Adds, edits, moves and removes the parts of a call, one way for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.forms import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from calls.admin import builder
from calls.admin.frame import (
    SEEN,
    SUMMARY,
    actor,
    require_call,
    saved,
    seen_in,
    show,
    tell,
    to_form,
    to_overview,
    try_to,
    watch,
    with_summary,
)
from calls.admin.part_forms import (
    AttachmentForm,
    BatchForm,
    CategoryForm,
    ContactForm,
    DeliverableForm,
    InstalmentForm,
    LevelForm,
    PaperForm,
    PartForm,
    PublicityForm,
    SectionForm,
    StageForm,
    TierForm,
)
from calls.admin.question_form import QuestionForm
from calls.enums import CallState, FieldKind
from calls.forms_schema import digest
from calls.models import (
    Batch,
    Call,
    Category,
    Contact,
    DeliverableRule,
    FormField,
    FormSection,
    FundingTier,
    Instalment,
    NoticeAttachment,
    PaperRule,
    PublicityRule,
    RecommendingLevel,
    ReviewStage,
    Rule,
)
from calls.services.editing import FORM_PARTS, Seen, change_call, last_position, move
from portal.errors import RuleViolation
from portal.face.rows import asks_for_rows


@dataclass(frozen=True)
class Part:
    """One kind of part: where its rows are, what a new one begins with, how it is edited."""

    name: Promise
    rows: Callable[[Call], QuerySet[Any]]
    # A new row for the request's address, its parents set; 404 for parents of another call.
    new: Callable[[Call, HttpRequest], Model]
    siblings: Callable[[Any], QuerySet[Any]]
    form: type[PartForm] | None
    # Where on the overview the part stands.
    anchor: str


def _parent(rows: QuerySet[Any], request: HttpRequest, name: str) -> Any:
    key = request.GET.get(name, "")
    return get_object_or_404(rows, pk=key if key.isdecimal() else 0)


def _new_category(call: Call, request: HttpRequest) -> Category:
    tops = call.categories.filter(parent=None)
    parent = _parent(tops, request, "parent") if "parent" in request.GET else None
    return Category(call=call, parent=parent)


def _new_section(call: Call, request: HttpRequest) -> FormSection:
    return FormSection(call=call)


def _new_question(call: Call, request: HttpRequest) -> FormField:
    kind = request.GET.get("kind", "")
    if kind not in FieldKind.values:
        raise Http404
    return FormField(section=_parent(call.sections.all(), request, "section"), kind=kind)


PARTS: dict[str, Part] = {
    "category": Part(
        gettext_lazy("Category"),
        lambda call: call.categories.all(),
        _new_category,
        lambda row: Category.objects.filter(call=row.call_id, parent=row.parent_id),
        CategoryForm,
        "categories",
    ),
    "tier": Part(
        gettext_lazy("Further money"),
        lambda call: FundingTier.objects.filter(category__call=call),
        lambda call, request: FundingTier(
            category=_parent(call.categories.all(), request, "category")
        ),
        lambda row: FundingTier.objects.filter(category=row.category_id),
        TierForm,
        "categories",
    ),
    "instalment": Part(
        gettext_lazy("Instalment"),
        lambda call: Instalment.objects.filter(category__call=call),
        lambda call, request: Instalment(
            category=_parent(call.categories.all(), request, "category")
        ),
        lambda row: Instalment.objects.filter(category=row.category_id),
        InstalmentForm,
        "categories",
    ),
    "batch": Part(
        gettext_lazy("Batch"),
        lambda call: call.batches.all(),
        lambda call, request: Batch(call=call),
        lambda row: Batch.objects.filter(call=row.call_id),
        BatchForm,
        "settings",
    ),
    "paper": Part(
        gettext_lazy("Paper"),
        lambda call: call.papers.all(),
        lambda call, request: PaperRule(call=call),
        lambda row: PaperRule.objects.filter(call=row.call_id),
        PaperForm,
        "papers",
    ),
    "level": Part(
        gettext_lazy("Recommending level"),
        lambda call: call.levels.all(),
        lambda call, request: RecommendingLevel(
            call=call, no=min(2, call.levels.count() + 1), title=_("Recommending unit")
        ),
        lambda row: RecommendingLevel.objects.filter(call=row.call_id),
        LevelForm,
        "levels",
    ),
    "stage": Part(
        gettext_lazy("Stage of the review"),
        lambda call: call.review_stages.all(),
        lambda call, request: ReviewStage(call=call),
        lambda row: ReviewStage.objects.filter(call=row.call_id),
        StageForm,
        "review",
    ),
    "publicity": Part(
        gettext_lazy("Publicity period"),
        lambda call: call.publicity_rules.all(),
        lambda call, request: PublicityRule(call=call),
        lambda row: PublicityRule.objects.filter(call=row.call_id),
        PublicityForm,
        "review",
    ),
    "rule": Part(
        gettext_lazy("Rule"),
        lambda call: call.rules.all(),
        lambda call, request: Rule(call=call),
        lambda row: Rule.objects.filter(call=row.call_id, category=row.category_id),
        None,
        "rules",
    ),
    "section": Part(
        gettext_lazy("Step of the form"),
        lambda call: call.sections.all(),
        _new_section,
        lambda row: FormSection.objects.filter(call=row.call_id),
        SectionForm,
        "form",
    ),
    "question": Part(
        gettext_lazy("Question"),
        lambda call: FormField.objects.filter(section__call=call).select_related("section"),
        _new_question,
        lambda row: FormField.objects.filter(section=row.section_id),
        QuestionForm,
        "form",
    ),
    "deliverable": Part(
        gettext_lazy("Deliverable"),
        lambda call: call.deliverable_rules.all(),
        lambda call, request: DeliverableRule(call=call),
        lambda row: DeliverableRule.objects.filter(call=row.call_id),
        DeliverableForm,
        "deliverables",
    ),
    "contact": Part(
        gettext_lazy("Contact"),
        lambda call: call.contacts.all(),
        lambda call, request: Contact(call=call),
        lambda row: Contact.objects.filter(call=row.call_id),
        ContactForm,
        "contacts",
    ),
    "attachment": Part(
        gettext_lazy("Attachment"),
        lambda call: NoticeAttachment.objects.filter(notice=call.notice_id),
        lambda call, request: NoticeAttachment(notice=call.notice),
        lambda row: NoticeAttachment.objects.filter(notice=row.notice_id),
        AttachmentForm,
        "attachments",
    ),
}


def part_of(call: Call, slug: str, pk: int) -> tuple[Part, Any]:
    """Return the kind of part and the row, which must be of this call; 404 else."""
    part = PARTS.get(slug)
    if part is None:
        raise Http404
    return part, get_object_or_404(part.rows(call), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Enter a new part at the end of its siblings."""
    call = require_call(request, pk)
    part = PARTS.get(slug)
    if part is None or part.form is None or slug == "attachment":
        raise Http404
    row = part.new(call, request)
    # New rows of a kind without a position stay in the order of entry.
    if hasattr(row, "position"):
        row.position = last_position(part.siblings(row))
    return _edited(request, call, slug, part, row)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int, slug: str, row_pk: int) -> HttpResponse:
    """Change a part; what was typed into one that is gone meanwhile is shown once more."""
    call = require_call(request, pk)
    part = PARTS.get(slug)
    if part is None or part.form is None:
        raise Http404
    row = part.rows(call).filter(pk=row_pk).first()
    if row is None and request.method == "POST":
        return _gone(request, call, slug, part)
    if row is None:
        raise Http404
    return _edited(request, call, slug, part, row)


def _edited(request: HttpRequest, call: Call, slug: str, part: Part, row: Any) -> HttpResponse:
    """Show the form or take it in; what was typed stays when something is refused."""
    make = part.form
    assert make is not None
    key = row.pk
    form = make(request.POST or None, instance=row, call=call)
    # The form of a published call is amended as a whole, with one sentence for all of it.
    if slug not in FORM_PARTS:
        with_summary(form, call)

    def fresh() -> list[forms.BaseForm]:
        return [make(instance=part_of(call, slug, key)[1], call=call)]

    if key is not None:
        watch(form, fresh)
    if request.method == "POST" and not asks_for_rows(request.POST) and form.is_valid():

        def change(locked: Call) -> Any:
            """Save into the row as it stands now: what the form does not show is left alone."""
            if key is None:
                return form.save()
            return saved(make(request.POST, instance=part_of(locked, slug, key)[1], call=locked))

        def write(summary: str) -> None:
            change_call(
                call,
                by=actor(request),
                part=slug,
                change=change,
                summary=summary,
                seen=seen_in(form, fresh) if key is not None else None,
            )

        if try_to(request, form, write, fresh=fresh if key is not None else None):
            return _back(call, slug, part, form.instance)
    title = str(row) if key and str(row) else _("New: %(part)s") % {"part": part.name}
    if slug in FORM_PARTS:
        return builder.page(request, call, builder.Opened(slug, row, form, title))
    context = {"form": form, "title": title, "part": part, "slug": slug, "row": row}
    return show(request, "admin/calls/part.html", context, call=call)


def _gone(request: HttpRequest, call: Call, slug: str, part: Part) -> HttpResponse:
    """Tell that somebody removed the part meanwhile, with the texts that were typed."""
    own = {SEEN, SUMMARY, "csrfmiddlewaretoken"}
    typed = [value for name, value in request.POST.items() if name not in own and len(value) > 3]
    context = {
        "title": _("Removed meanwhile: %(part)s") % {"part": part.name},
        "typed": typed,
        "in_form": slug in FORM_PARTS,
    }
    return show(request, "admin/calls/gone.html", context, call=call, status=409)


def _back(call: Call, slug: str, part: Part, row: Any = None) -> HttpResponse:
    """Go back to the page on which the part stands."""
    if slug in FORM_PARTS:
        return to_form(call, f"{slug}-{row.pk}" if row is not None and row.pk else "")
    return to_overview(call, part.anchor)


@require_POST
def shift(request: HttpRequest, pk: int, slug: str, row_pk: int) -> HttpResponse:
    """Move a part up or down among its siblings."""
    if slug in FORM_PARTS:
        return builder.shift(request, pk, slug, row_pk)
    call = require_call(request, pk)
    part, row = part_of(call, slug, row_pk)
    up = request.POST.get("to") == "up"
    try:
        change_call(
            call,
            by=actor(request),
            part=slug,
            change=lambda _c: move(row, part.siblings(row), up=up),
            summary=_("Order changed: %(part)s") % {"part": part.name},
        )
    except RuleViolation as refused:
        tell(request, refused)
    return to_overview(call, part.anchor)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int, slug: str, row_pk: int) -> HttpResponse:
    """Ask once, then remove a part and what hangs on it; not one that was changed meanwhile."""
    call = require_call(request, pk)
    part, row = part_of(call, slug, row_pk)

    def now() -> str:
        return digest(str(model_to_dict(part_of(call, slug, row_pk)[1])))

    if request.method == "POST":
        words = {"part": part.name, "title": str(row)}
        stamp = request.POST.get(SEEN, "")
        try:
            change_call(
                call,
                by=actor(request),
                part=slug,
                change=lambda _c: row.delete(),
                summary=_("Removed: %(part)s “%(title)s”") % words,
                seen=Seen(stamp, now) if stamp else None,
            )
        except RuleViolation as refused:
            tell(request, refused)
        return _back(call, slug, part)
    context = {
        "title": _("Remove “%(title)s”?") % {"title": row},
        "part": part,
        "slug": slug,
        "row": row,
        "seen": now(),
        "in_form": slug in FORM_PARTS,
        "published": call.state == CallState.PUBLISHED,
    }
    return show(request, "admin/calls/remove.html", context, call=call)
