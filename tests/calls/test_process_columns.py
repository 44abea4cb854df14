"""What a notice says of money, dates, papers, review and publicity: kept, refused, copied, filed."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.test import Client
from django.utils import translation

from calls.callfile import read_call, write_call
from calls.callfile.parsing import parse
from calls.models import (
    Batch,
    Call,
    Category,
    DeliverableRule,
    Instalment,
    PaperRule,
    PublicityRule,
    ReviewStage,
)
from calls.services.clone import clone_call
from calls.services.publish import publish_call
from portal import clock
from portal.errors import RuleViolation
from tests.calls.rich import RICH, rich_call
from tests.factories.calls import BareCallFactory, CategoryFactory, published_call
from tests.factories.people import IssuerFactory, UserFactory

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


# the call file --------------------------------------------------------------------------------


def test_a_file_with_everything_is_written_as_it_was_read() -> None:
    call = rich_call()
    written = write_call(call)
    assert parse(written).data == parse(RICH).data
    again = read_call(written, issuer=IssuerFactory(slug="other"), by=None)
    assert write_call(again) == written.replace("issuer: rich", "issuer: other")


def test_the_rows_of_a_file_hold_its_figures() -> None:
    call = rich_call()
    assert clock.local(call.signoff_by or call.opens_at).isoformat() == "2026-06-28T12:00:00+08:00"
    assert [b.closes_at for b in call.batches.all()] == [
        clock.end_of(dt.date(2026, 4, 30)),
        call.closes_at,
    ]
    key = call.categories.get(code="key")
    assert (key.funding_kind, key.paid) == ("up_to", "instalments")
    assert (key.amount_min, key.amount_max) == (None, Decimal(50000))
    assert (key.total_max, key.cost_share_percent) == (Decimal(150000), 50)
    assert [i.percent for i in key.instalments.all()] == [60, 40]
    own = call.categories.get(code="own")
    assert (own.funding_kind, own.is_funded, key.is_funded) == ("self", False, True)
    assert call.review_stages.get(kind="scoring").pass_mark == Decimal("60.50")
    assert call.publicity_rules.get(where="association").closing_hour == dt.time(17)
    sheet = call.review_stages.get(kind="scoring").sheet
    assert (sheet.method, sheet.drop_over, sheet.tolerance) == ("median", 4, Decimal("12.50"))
    assert [(c.weight, c.low, c.top) for c in sheet.criteria.all()] == [
        (Decimal("62.50"), Decimal(1), Decimal(10)),
        (Decimal("37.50"), Decimal(0), Decimal("37.5")),
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("due_on: 2026-12-10", "due_on: 2026-02-30", "invalid date"),
        ("due_on: 2026-12-10", "days_after: 3\n    due_on: 2026-12-10", "one of both"),
        ("percent: 60", "percent: 60\n        amount: 5", "one of both"),
        ("    copies: 3\n    formats:\n      - docx\n", "", "State a number of copies"),
        ("pass_mark: 60.5", "pass_mark: 101", "at most at 100"),
        ("closing_hour: 17:00", "closing_hour: 25:00", "closing_hour"),
        ("weight: 62.5", "weight: 62", "100 together, not 99.5"),
        ("drop_over: 4", "drop_over: 1", "more than two experts"),
        ("method: median", "method: mode", "review / 2 / sheet / method"),
        ("          top: 10", "          top: 1", "above the lowest"),
        (
            "  - kind: scoring\n    experts: 5\n    pass_mark: 60.5",
            "  - kind: formal",
            "nobody scores",
        ),
        ("signoff_by: 2026-06-28 12:00", "signoff_by: 2026-07-01", "between the opening"),
        ("closes_at: 2026-04-30", "closes_at: 2026-04-31", "no such day"),
        ("closes_at: 2026-04-30", "closes_at: 2026-06-30", "ends at the same time"),
        ("where: unit", "where: association", "such a publicity period already"),
        ("up_to: 50000", "upto: 50000", "{up_to: 50000} or self"),
        ("funded_slots: 3", "funded_slots: 6", "more funded places than places"),
        ("category: key\n    formats", "category: keys\n    formats", "no category “keys”"),
    ],
)
def test_what_a_file_says_wrongly_is_refused_with_its_line(old: str, new: str, says: str) -> None:
    assert RICH.count(old) >= 1
    with pytest.raises(RuleViolation) as refused:
        read_call(RICH.replace(old, new, 1), issuer=IssuerFactory(), by=None)
    told = " ".join(reason.message for reason in refused.value.reasons)
    assert says in told
    assert "Line " in told
    assert not Call.objects.exists()


# the database ---------------------------------------------------------------------------------


def _call(**values: Any) -> Call:
    call = BareCallFactory()
    for name, value in values.items():
        setattr(call, name, value(call) if callable(value) else value)
    return call


def _category(**values: Any) -> Category:
    category = CategoryFactory()
    for name, value in values.items():
        setattr(category, name, value)
    return category


def _instalment(**values: Any) -> Instalment:
    return Instalment(category=CategoryFactory(), title="立项后", **values)


def _deliverable(**values: Any) -> DeliverableRule:
    return DeliverableRule(call=BareCallFactory(), kind="summary", title="总结", **values)


def _stage(**values: Any) -> ReviewStage:
    return ReviewStage(call=BareCallFactory(), **values)


def _publicity(**values: Any) -> PublicityRule:
    given = {"where": "unit", "length": 5} | values
    return PublicityRule(call=BareCallFactory(), **given)


LAWFUL: list[Callable[[], Model]] = [
    lambda: _call(signoff_by=lambda c: c.closes_at),
    lambda: _call(signoff_by=lambda c: c.opens_at + SECOND),
    lambda: _call(drafts_until=lambda c: c.closes_at + SECOND),
    lambda: _call(total_max=Decimal("0.01"), slots_max=1),
    lambda: _category(slots_max=3, funded_slots=3),
    lambda: _category(cost_share_percent=100, total_max=1),
    lambda: _instalment(percent=100),
    lambda: _instalment(amount=Decimal("0.01")),
    lambda: _deliverable(days_after=0),
    lambda: _deliverable(due_on=dt.date(2026, 12, 1)),
    lambda: _deliverable(days_after=366, working_days=True),
    lambda: PaperRule(call=BareCallFactory(), title="公函", copies=1),
    lambda: PaperRule(call=BareCallFactory(), title="意见", box="signed", box_signer="甲"),
    lambda: PaperRule(call=BareCallFactory(), title="公函", formats=["pdf"]),
    lambda: _stage(kind="defence", pass_mark=100, experts=1),
    lambda: _publicity(counting="hours"),
    lambda: _publicity(length=1, first_day_counted=True, closing_hour=dt.time(17)),
]
REFUSED: list[tuple[Callable[[], Model], str]] = [
    (lambda: _call(signoff_by=lambda c: c.closes_at + SECOND), "sign-off is due between"),
    (lambda: _call(signoff_by=lambda c: c.opens_at), "sign-off is due between"),
    (lambda: _call(signoff=False, signoff_by=lambda c: c.closes_at), "nobody signs off"),
    (lambda: _call(drafts_until=lambda c: c.closes_at), "more time than the deadline"),
    (lambda: _call(total_max=0), "more than nothing"),
    (lambda: _call(slots_max=0), "at least one"),
    (lambda: _category(slots_max=3, funded_slots=4), "more funded places than places"),
    (lambda: _category(cost_share_percent=0), "between 1 and 100"),
    (lambda: _category(cost_share_percent=101), "between 1 and 100"),
    (lambda: _category(total_max=0), "more than nothing"),
    (lambda: _instalment(), "one of both"),
    (lambda: _instalment(percent=5, amount=5), "one of both"),
    (lambda: _instalment(percent=0), "between 1 and 100"),
    (lambda: _instalment(percent=101), "between 1 and 100"),
    (lambda: _instalment(amount=0), "more than nothing"),
    (lambda: _deliverable(), "one of both"),
    (lambda: _deliverable(days_after=3, due_on=dt.date(2026, 12, 1)), "one of both"),
    (lambda: _deliverable(days_after=367, working_days=True), "At most 366 working days"),
    (lambda: _deliverable(days_after=3, photos_min=2, photos_max=1), "must come second"),
    (lambda: PaperRule(call=BareCallFactory(), title="公函"), "number of copies"),
    (
        lambda: PaperRule(call=BareCallFactory(), title="意见", box="sealed", copies=1),
        "no paper of its own",
    ),
    (
        lambda: PaperRule(call=BareCallFactory(), title="公函", copies=1, box_signer="甲"),
        "on the form only",
    ),
    (lambda: _stage(kind="scoring", pass_mark=0), "above 0"),
    (lambda: _stage(kind="scoring", pass_mark=Decimal("100.01")), "at most at 100"),
    (lambda: _stage(kind="panel", experts=0), "At least one expert"),
    (lambda: _stage(kind="formal", experts=3), "scoring, meeting and defence only"),
    (lambda: _stage(kind="leadership", pass_mark=60), "scoring, meeting and defence only"),
    (lambda: _publicity(length=0), "at least one day or hour"),
    (lambda: _publicity(counting="hours", first_day_counted=True), "neither a first day"),
    (lambda: _publicity(counting="hours", closing_hour=dt.time(17)), "neither a first day"),
    (lambda: Batch(call=BareCallFactory(), title=" ", closes_at=clock.now()), "a title"),
]


@pytest.mark.parametrize("make", LAWFUL)
def test_what_lies_on_the_edge_is_kept(make: Callable[[], Model]) -> None:
    row = make()
    row.full_clean()
    row.save()


@pytest.mark.parametrize(("make", "says"), REFUSED)
def test_what_lies_beyond_is_refused_in_words_and_by_the_database(
    make: Callable[[], Model], says: str
) -> None:
    row = make()
    with pytest.raises(ValidationError) as told:
        row.full_clean()
    assert says in " ".join(told.value.messages)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


# the clone ------------------------------------------------------------------------------------


def _cloned(call: Call, **values: Any) -> Call:
    given: dict[str, Any] = {
        "code": "rich-2027",
        "year": 2027,
        "opens_at": clock.start_of(dt.date(2027, 3, 1)),
        "closes_at": clock.end_of(dt.date(2027, 6, 30)),
        "editions": {},
        "by": UserFactory(),
    }
    return clone_call(call, **(given | values))


def test_a_clone_has_every_figure_a_year_later_and_no_exception() -> None:
    call = rich_call()
    call.drafts_until = call.closes_at + dt.timedelta(days=3)
    call.save(update_fields=["drafts_until"])
    new = _cloned(call)
    assert new.drafts_until is None
    # Every text and day of the file names the year, which the clone moves; the rest stays.
    assert parse(write_call(new)).data == parse(RICH.replace("2026", "2027")).data


def test_a_sign_off_that_would_fall_before_the_opening_falls_away() -> None:
    call = rich_call()
    new = _cloned(
        call,
        opens_at=clock.start_of(dt.date(2027, 6, 29)),
        closes_at=clock.end_of(dt.date(2027, 6, 30)),
    )
    assert new.signoff_by is None


# the call page --------------------------------------------------------------------------------


@pytest.fixture
def page(client: Client) -> str:
    call = rich_call()
    with translation.override("en"):
        publish_call(call, by=None)
    answer = client.get(f"/calls/{call.pk}/", headers={"accept-language": "en"})
    assert answer.status_code == 200
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


@pytest.mark.parametrize(
    "says",
    [
        "at most 13 places in all",
        "at most 50 × 10,000 yuan in all",
        "at most 5",
        "paid by the unit",
        "3 of the places carry funding.",
        "At most 15 × 10,000 yuan in all.",
        "At most 50 % of the project's cost are given.",
        "Paid in instalments: 立项后 60%, 2026年结题验收后 40%.",
        "Paid after completion has been accepted.",
        "Signed off in the unit by",
        "第一批 closes",
        "Paper posted by (postmark)",
        "the postmark counts",
        "申报书: 3 copies on paper, as a file: Word",
        "匿名评审材料: as a file: PDF, without names of units and persons",
        "Scoring by experts: 5 experts, at least 60.5 of 100",
        "In the unit, before it recommends: 3 calendar days",
        "5 working days, the first day included, until 17:00 of the last day",
        "by Dec. 10, 2026",
        "Spending, line by line against the budget",
        "at most 10000 words, Word, PDF",
    ],
)
def test_the_call_page_says_it_in_words(page: str, says: str) -> None:
    assert says in page


def test_a_call_without_rows_shows_no_empty_headings(client: Client) -> None:
    call = published_call()
    shown = client.get(f"/calls/{call.pk}/", headers={"accept-language": "en"}).content.decode()
    for heading in ("How it is reviewed", "Batches", "Publicity", "What goes with the form"):
        assert heading not in shown
