"""The contract of a document: which kinds there are and what JSON each kind is printed from.

A caller (calls, applications, reviews) builds a plain dictionary of one of the types below and
hands it to :func:`portal.documents.services.request_document`. The caller says *what* is written;
numbering of sections, page breaks, faces and rules are the layout's business. The row in the
database keeps the payload as it was on that day, so a layout must go on reading old payloads:
new keys are ``NotRequired``, old keys are never taken away.

Everything is text as the reader shall see it, except: dates are ISO (``2026-02-28``), instants
are ISO with offset, and amounts are plain decimal strings (``30000.00``) in the stated unit.
The text of a document's title, its unit, number, version and hash are columns of the document
and are not repeated in the payload.
"""

from collections.abc import Mapping
from typing import Any, Literal, NotRequired, TypedDict, Union, get_args, get_origin, get_type_hints
from typing import is_typeddict as _is_typed_dict

from django.db import models
from django.utils.translation import gettext_lazy as _

# Caps that keep a hostile or mistaken payload from occupying a renderer. They lie far above the
# longest lawful form (a long answer has about 3,000 characters, a people table 30 rows).
MAX_TEXT = 20_000
MAX_ITEMS = 2_000
MAX_TOTAL_TEXT = 400_000


class DocumentKind(models.TextChoices):
    """Every kind of document; the value is also the name of its layout template."""

    APPLICATION_FORM = "application_form", _("application form")
    RECOMMENDATION_PACKET = "recommendation_packet", _("recommendation packet")
    RECEIPT = "receipt", _("receipt")
    RESULT_LIST = "result_list", _("result list")
    NOTICE = "notice", _("notice")
    SUMMARY_TABLE = "summary_table", _("summary table of recommendations")
    SCORE_SHEET = "score_sheet", _("score sheet of an expert")
    REVIEW_SUMMARY = "review_summary", _("summary of a review")
    PANEL_MINUTES = "panel_minutes", _("minutes of a meeting of experts")
    FINAL_ACCOUNTS = "final_accounts", _("final accounts")
    YEARLY_REPORT = "yearly_report", _("yearly report")


# --- rows: one labelled line of a ruled form -------------------------------------------------


class AnyRow(TypedDict):
    """What every row may say: ``open`` answers name no person and go along as data (attached.py).

    Whoever orders a document says so of each row; what nobody has said so of stays on paper.
    """

    open: NotRequired[bool]


class TextRow(AnyRow):
    """A short answer on one or a few lines.

    Two ``half`` rows that follow each other share one line of the form; the caller marks short
    kinds so (a date, a number, a phone, a person), never by looking at the value, because the
    shape of a form must not change with its content.
    """

    label: str
    kind: Literal["text"]
    value: str
    half: NotRequired[bool]


class LongRow(AnyRow):
    """A long answer; a line break begins a new paragraph. The row may run over several pages."""

    label: str
    kind: Literal["long"]
    value: str


class Option(TypedDict):
    """One box of a choice."""

    label: str
    chosen: bool


class ChoiceRow(AnyRow):
    """All options of a choice with drawn boxes, the chosen ones ticked."""

    label: str
    kind: Literal["choice"]
    value: list[Option]


class Column(TypedDict):
    """A column of a table. ``weight`` is its share of the width (default 2, whole numbers)."""

    title: str
    weight: NotRequired[int]
    align: NotRequired[Literal["left", "center", "right"]]


class TableRow(AnyRow):
    """A table; ``people`` is a table that is numbered by the layout (序号) and kept by person.

    Every line of ``value`` has as many cells as there are columns.
    """

    label: str
    kind: Literal["table", "people"]
    columns: list[Column]
    value: list[list[str]]


class BudgetLine(TypedDict):
    """One line of a budget: what for, amount as a decimal string, how it was reckoned."""

    item: str
    amount: str
    basis: str


class BudgetRow(AnyRow):
    """A budget with its total. ``currency_unit`` is the printed unit of all amounts, 元 or 万元."""

    label: str
    kind: Literal["budget"]
    value: list[BudgetLine]
    total: str
    currency_unit: str


class FileLine(TypedDict):
    """An attachment: the name the person gave it, its size in words, its SHA-256 in hex."""

    name: str
    size: str
    sha256: str


class FilesRow(AnyRow):
    """The attachments, each with the beginning of its hash: paper and file can be compared."""

    label: str
    kind: Literal["files"]
    value: list[FileLine]


Row = TextRow | LongRow | ChoiceRow | TableRow | BudgetRow | FilesRow


class Section(TypedDict):
    """A part of a form; the layout numbers the titles (一、二、…). An empty title is allowed."""

    title: str
    rows: list[Row]


class SignatureBlock(TypedDict):
    """A box with words, a signature, a unit, a date and room for the seal.

    An empty ``signer_name`` leaves a line for the pen, an empty ``date`` prints 年 月 日 with room
    before each. ``seal`` keeps a clear area and prints （公章） where the unit has to stamp.
    ``statement`` is printed above the signature; empty leaves room for writing. ``pen`` false
    prints no line to sign on, for what is sealed in the portal and comes back on no paper.
    """

    label: str
    statement: str
    signer_role: str
    signer_name: str
    unit: str
    date: str
    seal: bool
    # A signature by hand, see handwriting.mark_of: a small PNG as base64.
    signer_mark: NotRequired[str]
    pen: NotRequired[bool]


class Fact(TypedDict):
    """A labelled value on a cover or a receipt."""

    label: str
    value: str


# --- kinds -----------------------------------------------------------------------------------


class ApplicationForm(TypedDict):
    """申报书: cover, sections, opinions.

    ``call`` stands above the title on the cover (the call's full title). ``cover`` holds the
    facts of the cover in order, usually project name, category, person in charge; the unit
    with （公章）, the date and the number are added by the layout. ``date`` is the day of the
    freeze. ``instructions`` (填报说明) follow the cover when there are any.
    """

    issuer: str
    call: str
    cover: list[Fact]
    date: str
    sections: list[Section]
    opinions: list[SignatureBlock]
    instructions: NotRequired[list[str]]
    # An empty form to read before applying: no proof, 样表 across each page.
    blank: NotRequired[bool]


class RecommendationForm(TypedDict):
    """推荐表 of one application: ruled rows (name, reasons), signature row, notes beneath."""

    title: str
    rows: list[Row]
    signature: SignatureBlock
    notes: list[str]


class RecommendationPacket(TypedDict):
    """推荐方案 with 推荐名单, signed and sealed, and one 推荐表 for each application in it.

    ``plan`` are the answers about principles, criteria, procedure and contact; the title of the
    list and of the plan are the layout's. ``columns`` and ``entries`` are the list's table, which
    the layout numbers.
    """

    issuer: str
    call: str
    plan: list[Section]
    columns: list[Column]
    entries: list[list[str]]
    signature: SignatureBlock
    forms: list[RecommendationForm]
    blank: NotRequired[bool]


class Receipt(TypedDict):
    """回执: proof that something was handed in, by the database's clock.

    ``received_at`` is an instant with offset, ``content_sha256`` the full hash of what was handed
    in, ``statement`` the sentence that says what this receipt means, ``columns`` and ``entries``
    the applications handed in. ``unit`` of the seal and signature is the issuer.
    """

    issuer: str
    call: str
    received_at: str
    content_sha256: str
    facts: list[Fact]
    columns: list[Column]
    entries: list[list[str]]
    statement: str
    contact: str


class ResultGroup(TypedDict):
    """The selected of one category, numbered by the layout."""

    title: str
    columns: list[Column]
    entries: list[list[str]]


class ResultList(TypedDict):
    """结果名单: names of units and titles only, by category, issued by the association."""

    issuer: str
    call: str
    intro: str
    groups: list[ResultGroup]
    date: str
    notes: NotRequired[list[str]]


class Paragraph(TypedDict):
    """One paragraph of a notice.

    ``level`` 0 is running text; 1, 2 and 3 are headings in 黑体, 楷体 and 仿宋, numbered by the
    writer as in the original text (一、（一）1.), never by the layout.
    """

    level: Literal[0, 1, 2, 3]
    text: str


class OfficialNotice(TypedDict):
    """公文: a notice in official layout. ``letterhead`` prints the red head with this name."""

    issuer: str
    document_number: str
    addressees: str
    body: list[Paragraph]
    attachments: list[str]
    date: str
    letterhead: NotRequired[str]
    contact: NotRequired[str]


class SummaryTable(TypedDict):
    """推荐汇总表: what a recommending unit recommends, A4 landscape, sealed once for all.

    ``recipient`` is who receives it, ``numbering`` the head of the first column (推荐排序 or 序号),
    whose numbers the layout gives; ``date`` is the day of the freeze.
    """

    issuer: str
    call: str
    recipient: str
    date: str
    numbering: str
    columns: list[Column]
    entries: list[list[str]]
    signature: SignatureBlock


class FinalAccounts(TypedDict):
    """决算表: what a project took in and spent, line by line against its budget.

    ``facts`` are the rows of its head, ``sections`` the numbered tables below it.
    """

    issuer: str
    call: str
    facts: list[Row]
    sections: list[Section]
    signature: SignatureBlock


class ReportBar(TypedDict):
    """One bar of a report; ``share`` and ``share_before`` are thousandths of the longest."""

    label: str
    value: str
    share: int
    share_before: int


class ReportPart(TypedDict):
    """A numbered part of a report: a table, and the bars that show it at a glance."""

    title: str
    columns: list[Column]
    entries: list[list[str]]
    bars: NotRequired[list[ReportBar]]


class YearlyReport(TypedDict):
    """年度报告: an association's figures of a year beside those of the year before."""

    issuer: str
    year: str
    intro: str
    parts: list[ReportPart]
    date: str


class ReviewRecord(TypedDict):
    """评审意见表 of one expert, or the 纪要 of a meeting: facts, numbered parts, signatures.

    ``facts`` are the ruled rows of the head; each of ``signatures`` is a row at the end, without
    a seal as a rule.
    """

    issuer: str
    call: str
    facts: list[Row]
    sections: list[Section]
    signatures: list[SignatureBlock]


class ReviewSummary(TypedDict):
    """评审汇总表: every category from the best down, A4 landscape, sealed by the association.

    ``intro`` says how totals became one figure; the layout numbers nothing, since the first
    column is the place in the ranking, which several may share.
    """

    issuer: str
    call: str
    intro: str
    groups: list[ResultGroup]
    signature: SignatureBlock
    date: str


PAYLOAD_TYPES: dict[str, type] = {
    DocumentKind.APPLICATION_FORM: ApplicationForm,
    DocumentKind.RECOMMENDATION_PACKET: RecommendationPacket,
    DocumentKind.RECEIPT: Receipt,
    DocumentKind.RESULT_LIST: ResultList,
    DocumentKind.NOTICE: OfficialNotice,
    DocumentKind.SUMMARY_TABLE: SummaryTable,
    DocumentKind.SCORE_SHEET: ReviewRecord,
    DocumentKind.PANEL_MINUTES: ReviewRecord,
    DocumentKind.REVIEW_SUMMARY: ReviewSummary,
    DocumentKind.FINAL_ACCOUNTS: FinalAccounts,
    DocumentKind.YEARLY_REPORT: YearlyReport,
}

Payload = Union[  # noqa: UP007
    ApplicationForm,
    RecommendationPacket,
    Receipt,
    ResultList,
    OfficialNotice,
    SummaryTable,
    ReviewRecord,
    ReviewSummary,
    FinalAccounts,
    YearlyReport,
]


class PayloadError(ValueError):
    """A payload does not follow its type; the message names the place."""


def check_payload(kind: str, payload: Mapping[str, Any]) -> None:
    """Raise :class:`PayloadError` unless ``payload`` has the shape and size of ``kind``."""
    try:
        expected = PAYLOAD_TYPES[kind]
    except KeyError as error:
        raise PayloadError(f"unknown kind of document: {kind}") from error
    _check(expected, payload, "payload")
    total = _text_length(payload)
    if total > MAX_TOTAL_TEXT:
        raise PayloadError(f"payload: {total} characters, at most {MAX_TOTAL_TEXT} can be printed")


def _check(expected: Any, value: object, place: str) -> None:
    """Hold one value against one type hint of this module (the few forms that occur here)."""
    origin = get_origin(expected)
    if _is_typed_dict(expected):
        _check_dict(expected, value, place)
    elif origin is list:
        if not isinstance(value, list) or len(value) > MAX_ITEMS:
            raise PayloadError(f"{place}: a list of at most {MAX_ITEMS} is expected")
        for position, item in enumerate(value):
            _check(get_args(expected)[0], item, f"{place}[{position}]")
    elif origin is Literal:
        if value not in get_args(expected):
            raise PayloadError(f"{place}: {value!r} is not one of {get_args(expected)}")
    elif origin is NotRequired:
        _check(get_args(expected)[0], value, place)
    elif expected is Row:
        _check_row(value, place)
    elif type(value) is not expected:
        raise PayloadError(f"{place}: {expected.__name__} is expected, not {value!r:.80}")
    elif isinstance(value, str) and len(value) > MAX_TEXT:
        raise PayloadError(f"{place}: longer than {MAX_TEXT} characters")


def _check_dict(expected: Any, value: object, place: str) -> None:
    if not isinstance(value, Mapping):
        raise PayloadError(f"{place}: a mapping is expected")
    hints = get_type_hints(expected, include_extras=True)
    if unknown := set(value) - set(hints):
        raise PayloadError(f"{place}: unknown keys {sorted(map(str, unknown))}")
    if missing := set(expected.__required_keys__) - set(value):
        raise PayloadError(f"{place}: missing keys {sorted(missing)}")
    for key, item in value.items():
        _check(hints[key], item, f"{place}.{key}")
    _check_table(value, place)


def _check_row(value: object, place: str) -> None:
    """Find the row type by its ``kind`` and check it."""
    kind = value.get("kind") if isinstance(value, Mapping) else None
    for row_type in get_args(Row):
        if kind in get_args(get_type_hints(row_type)["kind"]):
            return _check_dict(row_type, value, place)
    raise PayloadError(f"{place}: unknown kind of row {kind!r}")


def _check_table(value: Mapping[str, Any], place: str) -> None:
    """Every line of a table has one cell for each column."""
    if "columns" not in value:
        return
    lines = value["entries"] if "entries" in value else value["value"]
    for position, line in enumerate(lines):
        if len(line) != len(value["columns"]):
            raise PayloadError(f"{place}: line {position} has {len(line)} cells")


def _text_length(value: object) -> int:
    """Characters of all text in a payload."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(_text_length(item) for item in value.values())
    if isinstance(value, list):
        return sum(_text_length(item) for item in value)
    return 0
