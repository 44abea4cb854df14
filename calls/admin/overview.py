"""A call on one page: what is set, what is missing, and where each part is changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Prefetch
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from calls import process_words, wording
from calls.admin.frame import actor, require_call, show
from calls.admin.settings_forms import SETTINGS
from calls.enums import CallState
from calls.forwarding import locked_form_words
from calls.models import Call, Category, FormField, FormSection, Rule
from calls.problems import Problem
from calls.publish_check import problems
from calls.ruletext import describe
from calls.services.form_revisions import pending
from portal.face.wording import size
from portal.people.access import issuers_of
from portal.people.enums import StaffRole
from portal.people.models import StaffPost, User


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule in words."""

    row: Rule
    words: str


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """One category with its figures in words and the rules that hang on it."""

    row: Category
    places: str
    money: str
    window: str
    payment: tuple[str, ...]
    rules: tuple[RuleLine, ...]
    nested: bool


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of the call in words: a paper, a stage, a contact."""

    row: Model
    title: str
    words: str
    small: str = ""
    limits: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class LocatedProblem:
    """What the check found, and where it is mended."""

    problem: Problem
    url: str
    # Where one press puts the missing declaration into the form; empty for other problems.
    ask_url: str = ""


@require_safe
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the whole call; officials see it without the ways to change it."""
    call = require_call(request, pk, writes=False)
    fields = FormField.objects.order_by("position", "pk")
    sections = call.sections.select_related("category").prefetch_related(Prefetch("fields", fields))
    words = _choice_words(sections)
    rules = [RuleLine(rule, describe(rule.kind, rule.params, words)) for rule in call.rules.all()]
    found = problems(call)
    context: dict[str, Any] = {
        "title": call.title,
        "writes": may_write(actor(request), call) and call.state != CallState.ARCHIVED,
        "errors": [located(call, problem) for problem in found if problem.blocks],
        "warnings": [located(call, problem) for problem in found if not problem.blocks],
        "categories": _category_lines(call, rules),
        "early": call.categories.closing_early(),
        "rules": [line for line in rules if line.row.category_id is None],
        "sections": [(section, list(section.fields.all())) for section in sections],
        **_part_rows(call),
        "waiting": pending(call),
        "links": _links(call),
        "locked": locked_form_words() if call.parent_call_id else "",
    }
    return show(request, "admin/calls/overview.html", context, call=call)


def _part_rows(call: Call) -> dict[str, list[PartRow]]:
    """Return the rows of each kind of parts that is shown as a plain table."""
    return {
        "batches": [PartRow(b, b.title, process_words.batch(b)) for b in call.batches.all()],
        "papers": [
            PartRow(one, one.title, process_words.paper(one), small=_only_for(one.category))
            for one in call.papers.select_related("category")
        ],
        "levels": [
            PartRow(one, f"{one.no} · {one}", process_words.level(one)) for one in call.levels.all()
        ],
        "stages": [
            PartRow(one, str(one), process_words.stage(one)) for one in call.review_stages.all()
        ],
        "publicity": [
            PartRow(one, str(one), process_words.publicity(one))
            for one in call.publicity_rules.all()
        ],
        "deliverables": [
            PartRow(
                one,
                one.title,
                process_words.due(one),
                small=_only_for(one.category),
                limits=process_words.limits(one),
            )
            for one in call.deliverable_rules.select_related("category")
        ],
        "contacts": [
            PartRow(one, one.name, f"{one.phone} {one.email}", small=one.duty)
            for one in call.contacts.all()
        ],
        "attachments": [
            PartRow(
                one,
                one.title,
                size(one.file.size),
                url=reverse("calls:attachment", args=[call.notice_id, one.pk]),
            )
            for one in call.notice.attachments.select_related("file")
        ],
    }


def _only_for(category: Category | None) -> str:
    return category.title if category else ""


def located(call: Call, problem: Problem) -> LocatedProblem:
    """Give a problem the address of the place where it is mended."""
    if problem.part in SETTINGS:
        url = reverse("admin:calls_call_settings", args=[call.pk, problem.part])
    else:
        url = f"{reverse('admin:calls_call_editor', args=[call.pk])}#{problem.part}"
    rule = problem.undeclared
    ask = reverse("admin:calls_rule_ask", args=[call.pk, rule]) if rule else ""
    return LocatedProblem(problem, url, ask)


def _choice_words(sections: Iterable[FormSection]) -> dict[str, str]:
    """Return the words of the form's choices by their value, which rules name."""
    fields = (field for section in sections for field in section.fields.all())
    choices = (choice for field in fields for choice in field.options.get("choices", ()))
    return {choice["value"]: choice["label"] for choice in choices}


def may_write(user: User, call: Call) -> bool:
    """Tell whether the person changes calls of this issuer or only reads them."""
    if user.is_superuser:
        return True
    posts = StaffPost.objects.active().filter(user=user, issuer=call.issuer_id)
    return posts.exclude(role=StaffRole.OFFICIAL).exists()


def writable_issuers(user: User) -> list[Any]:
    """Return the issuers for which the person may enter calls and notices."""
    if user.is_superuser:
        return issuers_of(user)
    posts = StaffPost.objects.active().filter(user=user).exclude(role=StaffRole.OFFICIAL)
    allowed = set(posts.values_list("issuer", flat=True))
    return [issuer for issuer in issuers_of(user) if issuer.pk in allowed]


def in_tree_order(call: Call) -> list[tuple[Category, bool]]:
    """Return each category followed by its parts, and whether it has any."""
    categories = list(
        call.categories.select_related("parent").prefetch_related("tiers", "instalments")
    )
    parents = {one.parent_id for one in categories}
    return [
        (one, one.pk in parents)
        for top in categories
        if top.parent_id is None
        for one in (top, *(child for child in categories if child.parent_id == top.pk))
    ]


def _category_lines(call: Call, rules: list[RuleLine]) -> list[CategoryLine]:
    """Say each category's figures and the rules that hang on it."""
    return [
        CategoryLine(
            row=one,
            places="" if has_parts else places_of(one),
            money="" if has_parts else money_of(one),
            window=wording.window(one.window_start, one.window_end, year=call.year),
            payment=tuple(process_words.payment(one, list(one.instalments.all()))),
            rules=tuple(line for line in rules if line.row.category_id == one.pk),
            nested=one.parent_id is not None,
        )
        for one, has_parts in in_tree_order(call)
    ]


def places_of(category: Category) -> str:
    """Say a category's places."""
    return wording.places(category.slots_kind, category.slots_min, category.slots_max)


def money_of(category: Category) -> str:
    """Say a category's money in 万元."""
    return wording.funding(category.funding_kind, category.amount_min, category.amount_max)


def _links(call: Call) -> dict[str, str]:
    """Return the pages of higher apps about this call, those that are installed."""
    found = {}
    for key, name in {"work": "reviews_call", "exceptions": "reviews_exceptions"}.items():
        try:
            found[key] = reverse(f"admin:{name}", args=[call.pk])
        except NoReverseMatch:
            continue
    return found
