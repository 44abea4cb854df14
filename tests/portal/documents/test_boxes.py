"""Where seals go is written down in the PDF, once for each box, where the layout has it."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from pypdf import PdfReader

from portal.documents.payloads import DocumentKind
from tests.portal.documents import samples
from tests.portal.documents.pdfs import Pdf

MM = 72 / 25.4
EXPECTED = {
    DocumentKind.APPLICATION_FORM: ["seal-issuer", "seal-opinion-2", "seal-unit"],
    DocumentKind.RECOMMENDATION_PACKET: ["seal-unit", "seal-unit-2", "seal-unit-3", "seal-unit-4"],
    DocumentKind.RECEIPT: ["seal-issuer"],
    DocumentKind.RESULT_LIST: ["seal-issuer"],
    DocumentKind.NOTICE: ["seal-issuer"],
}


@pytest.mark.parametrize(("kind", "names"), EXPECTED.items())
def test_each_kind_says_where_its_seals_go(
    kind: str, names: list[str], sample_pdf: Callable[[str], Pdf]
) -> None:
    reader = PdfReader(io.BytesIO(sample_pdf(kind).path.read_bytes()))
    boxes = reader.named_destinations
    assert sorted(boxes) == names
    for box in boxes.values():
        assert box.typ == "/FitR"
        assert (box.left, box.bottom, box.right, box.top) == pytest.approx(
            (box.left, box.bottom, box.left + 42 * MM, box.bottom + 42 * MM), abs=0.1
        )
        # Wholly on the page.
        assert 0 < box.left < box.right < 210 * MM
        assert 0 < box.bottom < box.top < 297 * MM


def test_where_no_seal_is_asked_for_there_is_no_box(print_pdf: Callable[..., Pdf]) -> None:
    payload = samples.application_form()
    payload["opinions"] = [samples.signature(seal=False)]
    pdf = print_pdf("application_form", payload)
    reader = PdfReader(io.BytesIO(pdf.path.read_bytes()))
    assert list(reader.named_destinations) == ["seal-issuer"]
