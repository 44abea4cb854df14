"""Writes a text into every text column of every model, past forms and triggers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

APPS = ("people", "files", "mail", "documents", "register", "jobs", "calls", "applications",
        "reviews")  # fmt: skip
# Columns whose words the portal itself chooses: codes, keys, hashes, states, addresses of pages.
_OWN_WORDS = frozenset(
    {"password", "code", "code_sha256", "sha256", "content_sha256", "file_sha256", "render_key",
     "content_type", "kind", "state", "task", "occasion", "subject_label", "slug", "queue",
     "uscc", "file", "key", "url", "next_url", "purpose", "value", "base", "number_prefix",
     "receipt_number", "number", "email", "to_email", "contact_email", "action", "outcome",
     "section", "year", "role", "grams"}
)  # fmt: skip
# JSON kept by key: what stands under these keys is the portal's own word, not a person's.
_OWN_KEYS = frozenset(
    {"code", "kind", "scope", "category", "role", "options", "condition", "id", "key", "sha256",
     "state", "letter_sha256", "call", "number", "value", "date", "received_at", "columns_kind",
     "content_sha256", "type", "outcome"}
)  # fmt: skip


def plant(text: Callable[[], str]) -> int:
    """Write ``text()`` into each free text of each row; return how many were written."""
    written = 0
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for model, field in text_columns():
            for pk in model._default_manager.values_list("pk", flat=True):
                planted = text()
                if field.unique or _is_unique(model, field):
                    planted = f"{str(pk)[:12]} {planted}"
                planted = planted[: field.max_length] if field.max_length else planted
                written += _write(model._base_manager.filter(pk=pk), field.name, planted)
        for model, json in json_columns():
            for pk, value in model._default_manager.values_list("pk", json.name):
                model._base_manager.filter(pk=pk).update(**{json.name: _within(value, text)})
                written += 1
        cursor.execute("SET session_replication_role = DEFAULT")
    return written


def _write(rows: Any, name: str, planted: str) -> int:
    """Write one text; a row that must not say this now, by a constraint of its table, keeps none."""
    try:
        with transaction.atomic():
            return int(rows.update(**{name: planted}))
    except IntegrityError:
        return 0


def _models() -> Iterator[type[models.Model]]:
    for label in APPS:
        yield from (m for m in apps.get_app_config(label).get_models() if not m._meta.proxy)


def text_columns() -> list[tuple[Any, Any]]:
    """Return every column that holds a person's words."""
    return [
        (model, field)
        for model in _models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, models.FileField | models.SlugField | models.EmailField)
        and not field.choices
        and field.name not in _OWN_WORDS
    ]


def json_columns() -> list[tuple[Any, Any]]:
    """Return every column of JSON that holds a person's words."""
    return [
        (model, field)
        for model in _models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.JSONField) and field.name in _JSON
    ]


_JSON = frozenset({"answers", "plan", "content", "payload", "schema", "rows", "items"})


def _is_unique(model: Any, field: Any) -> bool:
    return any(
        field.name in constraint.fields
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
    )


def _within(value: Any, text: Callable[[], str]) -> Any:
    """Replace the words inside JSON, leaving codes and keys as they are."""
    if isinstance(value, dict):
        return {
            key: inner if key in _OWN_KEYS else _within(inner, text) for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_within(inner, text) for inner in value]
    return text() if isinstance(value, str) and value else value
