"""A payload that does not follow its type is refused where it is ordered, with the place."""

from __future__ import annotations

from typing import Any

import pytest

from portal.documents.payloads import MAX_TEXT, DocumentKind, PayloadError, check_payload
from tests.portal.documents import samples


@pytest.mark.parametrize("kind", DocumentKind.values)
def test_every_kind_has_a_sample_that_follows_its_type(kind: str) -> None:
    check_payload(kind, samples.PAYLOADS[DocumentKind(kind)]())


def _changed(**changed: Any) -> dict[str, Any]:
    return {**samples.application_form(), **changed}


@pytest.mark.parametrize(
    ("payload", "place"),
    [
        ({}, "missing keys"),
        (_changed(surprise=1), "unknown keys"),
        (_changed(date=20260409), r"payload\.date"),
        (_changed(cover="none"), r"payload\.cover"),
        (_changed(cover=[{"label": "项目名称"}]), r"payload\.cover\[0\]: missing keys \['value'\]"),
        (_changed(sections=[{"title": "", "rows": [{"kind": "video"}]}]), "unknown kind of row"),
        (_changed(sections=[{"title": "", "rows": ["text"]}]), "unknown kind of row"),
        (
            _changed(
                sections=[
                    {
                        "title": "",
                        "rows": [
                            {"label": "", "kind": "table", "columns": [{"title": "甲"}], "value": [["1", "2"]]}
                        ],
                    }
                ]
            ),
            "line 0 has 2 cells",
        ),
        (_changed(call="长" * (MAX_TEXT + 1)), "longer than"),
        (_changed(instructions=["长" * MAX_TEXT] * 21), "can be printed"),
    ],
)  # fmt: skip
def test_a_wrong_payload_is_refused_with_its_place(payload: dict[str, Any], place: str) -> None:
    with pytest.raises(PayloadError, match=place):
        check_payload(DocumentKind.APPLICATION_FORM, payload)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(PayloadError, match="unknown kind"):
        check_payload("poem", {})


def test_true_is_no_number_and_one_is_no_truth() -> None:
    payload = samples.notice()
    payload["body"][0]["level"] = 4
    with pytest.raises(PayloadError, match="is not one of"):
        check_payload(DocumentKind.NOTICE, payload)
    block = samples.signature(seal=1)
    with pytest.raises(PayloadError, match="seal"):
        check_payload(DocumentKind.APPLICATION_FORM, _changed(opinions=[block]))
