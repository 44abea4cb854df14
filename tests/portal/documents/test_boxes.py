"""Where seals go is written down in the PDF, once for each box, where the layout has it."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import combinations

import pytest
from pypdf import PdfReader

from portal.documents.payloads import DocumentKind
from portal.seals.boxes import boxes_of
from tests.portal.documents import samples
from tests.portal.documents.pdfs import Pdf

MM = 72 / 25.4
EXPECTED = {
    DocumentKind.APPLICATION_FORM: ["seal-issuer", "seal-opinion-2", "seal-unit"],
    DocumentKind.RECOMMENDATION_PACKET: [
        "seal-issuer",
        "seal-unit",
        "seal-unit-2",
        "seal-unit-3",
        "seal-unit-4",
    ],
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


def test_two_seals_never_touch(sample_pdf: Callable[[str], Pdf]) -> None:
    for kind in EXPECTED:
        boxes = boxes_of(sample_pdf(kind).path.read_bytes()).values()
        for one, other in combinations(boxes, 2):
            # As large as a seal may be: 50 mm around the same centre.
            first, second = one.around(50), other.around(50)
            apart = (
                first.page != second.page
                or first.right <= second.left
                or second.right <= first.left
                or first.top <= second.bottom
                or second.top <= first.bottom
            )
            assert apart, (kind, one, other)


def test_a_seal_lies_over_unit_and_date_in_its_lower_half(sample_pdf: Callable[[str], Pdf]) -> None:
    """Its top is no more than a line below the text above, unit and date lie beneath its middle."""
    pdf = sample_pdf("receipt")
    box = boxes_of(pdf.path.read_bytes())["seal-issuer"]
    words = pdf.words(box.page + 1)
    height = 297 * MM
    closing = [w for w in words if height - box.top < w.top and height - w.bottom > box.bottom]
    closing = [w for w in closing if box.left < (w.left + w.right) / 2 < box.right]
    dated = [w for w in closing if "年" in w.text]
    assert dated
    middle = (box.top + box.bottom) / 2
    assert all(height - word.bottom < middle + 3 * MM for word in dated)
