"""The data that go along in a document's file for machines: what it is and what names no person."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.documents.payloads import DocumentKind

if TYPE_CHECKING:
    from portal.documents.models import Document


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside a PDF: its name, its bytes, and when it was made."""

    name: str
    content: bytes
    at: dt.datetime


def attached_of(document: Document) -> Attached | None:
    """Return the data as JSON; None for a draft or an empty form, which state nothing yet.

    The full answers are in the dossier only, which the association's staff alone can download.
    """
    payload: Mapping[str, Any] = document.payload
    if document.draft or payload.get("blank"):
        return None
    data: dict[str, Any] = {
        "kind": str(document.kind),
        "title": document.title,
        "issuer": payload["issuer"],
        "call": payload.get("call", ""),
        "unit": document.unit_name,
        "number": document.number,
        "version": document.version_no,
        "content_sha256": document.content_sha256,
        "code": document.code,
        "ordered_at": document.created_at.isoformat(),
        "demo": document.demo,
        "answers": list(_answers(payload)),
    }
    if document.kind == DocumentKind.RESULT_LIST:
        # It holds names of units and titles only, and is published anyway.
        data["groups"] = payload["groups"]
    content = json.dumps(data, ensure_ascii=False, indent=1).encode()
    return Attached("data.json", content, document.created_at)


def _answers(payload: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the open rows with the heading each stands under."""
    parts = [("", payload.get("facts", []))]
    for key in ("plan", "sections", "forms"):
        parts += [(part["title"], part["rows"]) for part in payload.get(key, [])]
    for heading, rows in parts:
        for row in rows:
            if row.get("open"):
                yield {"heading": heading, "label": row["label"], **_said(row)}


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row says, without what only its look needs."""
    match row["kind"]:
        case "choice":
            return {"value": [one["label"] for one in row["value"] if one["chosen"]]}
        case "table":
            return {"columns": [one["title"] for one in row["columns"]], "value": row["value"]}
        case "budget":
            unit, total = row["currency_unit"], row["total"]
            return {"value": row["value"], "total": total, "currency_unit": unit}
    return {"value": row["value"]}
