"""Reads a call with everything its page says, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef, Prefetch, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject

from calls.enums import FieldKind, NoticeKind
from calls.models import (
    Amendment,
    Batch,
    Call,
    Category,
    Contact,
    DeliverableRule,
    FormField,
    FormSection,
    FundingTier,
    Instalment,
    Notice,
    NoticeAttachment,
    PaperRule,
    PublicityRule,
    RecommendingLevel,
    ReviewStage,
)
from calls.models.call import CallQuerySet
from portal.files.models import FileState

M = TypeVar("M", bound=Model)


def load(calls: CallQuerySet, pk: int) -> Call:
    """Fetch one call with all its page needs in four queries; raises ``Call.DoesNotExist``."""
    here = OuterRef("pk")
    files = NoticeAttachment.objects.filter(notice=OuterRef("notice"), file__state=FileState.CLEAN)
    results = Notice.objects.published().filter(about=here, kind=NoticeKind.RESULT)
    return (
        calls.select_related(
            "issuer__organisation", "notice", "parent_call__issuer__organisation"
        )
        .defer("notice__grams")
        .annotate(
            page_contacts=_list(
                Contact.objects.filter(call=here), "duty", "name", "phone", "email", "address"
            ),
            page_attachments=_list(files, "pk", "title", octets="file__size"),
            page_results=_list(results, "pk", "title"),
            page_deliverables=_list(
                DeliverableRule.objects.filter(call=here),
                "category_id", "title", "days_after", "working_days", "due_on", "yearly",
                "times", "max_words",
                "photos_min", "photos_max", "table", "file_types", "clause",
            ),
            page_batches=_list(
                Batch.objects.filter(call=here), "title", "closes_at", "result_by"
            ),
            page_papers=_list(
                PaperRule.objects.filter(call=here),
                "category_id", "title", "copies", "formats", "box", "box_signer", "blind", "clause",
            ),
            page_levels=_list(
                RecommendingLevel.objects.filter(call=here),
                "no", "title", "by_parent", "who", "named", "closes_at", "opinion_max", "ranks",
                "letter", "list_sealed", "clause",
            ),
            page_review=_list(
                ReviewStage.objects.filter(call=here), "kind", "experts", "pass_mark", "clause"
            ),
            page_publicity=_list(
                PublicityRule.objects.filter(call=here),
                "where", "length", "counting", "first_day_counted", "closing_hour", "clause",
            ),
            page_amendments=_list(
                Amendment.objects.filter(call=here), "at", "summary", "changes"
            ),
        )
        .prefetch_related(
            Prefetch(
                "categories",
                Category.objects.annotate(
                    page_tiers=_list(
                        FundingTier.objects.filter(category=OuterRef("pk")),
                        "title", "applied_for", amount=Cast("amount", TextField()),
                    ),
                    page_instalments=_list(
                        Instalment.objects.filter(category=OuterRef("pk")),
                        "title", "percent", amount=Cast("amount", TextField()),
                    ),
                ),
            ),
            "rules",
            Prefetch(
                "sections",
                FormSection.objects.annotate(
                    page_choices=_list(
                        FormField.objects.filter(
                            section=OuterRef("pk"), kind__in=(FieldKind.CHOICE, FieldKind.CHOICES)
                        ),
                        "options",
                    )
                ),
            ),
        )
        .get(pk=pk)
    )  # fmt: skip


def _list(rows: QuerySet[Any], *names: str, **renamed: Any) -> ArraySubquery:
    """Gather rows of another table as a list of dictionaries inside the one query."""
    fields: dict[str, Any] = {name: name for name in names} | renamed
    return ArraySubquery(rows.values(json=JSONObject(**fields)))


def rows_of(model: type[M], found: Sequence[Mapping[str, Any]]) -> list[M]:
    """Turn what the one query gathered back into rows, which are read and never saved."""
    return [
        model(**{name: _field_of(model, name).to_python(value) for name, value in row.items()})
        for row in found
    ]


def _field_of(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name.removesuffix("_id"))
