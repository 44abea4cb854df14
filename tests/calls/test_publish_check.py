"""The check before publication: what blocks, what is confirmed by a tick, at the edge of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from calls.enums import CallState, FundingKind, SlotsKind
from calls.models import Call, FormField, PaperRule
from calls.problems import Problem
from calls.publish_check import problems
from calls.services.publish import publish_call
from portal import clock
from portal.audit.models import AuditEntry
from portal.errors import RuleViolation
from portal.people.enums import StaffRole
from tests.calls.rich import rich_call
from tests.factories.calls import (
    CallFactory,
    CategoryFactory,
    FormFieldFactory,
    RuleFactory,
    published_call,
)
from tests.factories.people import StaffPostFactory

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _english(settings: Any) -> Any:
    settings.DEMO = True
    with translation.override("en"):
        yield


def found(call: Call) -> dict[str, Problem]:
    """Return what the check finds in the call as the database holds it, by its sentence."""
    return {problem.sentence: problem for problem in problems(Call.objects.get(pk=call.pk))}


def one(call: Call, says: str) -> Problem | None:
    """Return the problem whose sentence says this, None where there is none."""
    matching = [problem for sentence, problem in found(call).items() if says in sentence]
    assert len(matching) < 2
    return matching[0] if matching else None


def categories(call: Call, **values: Any) -> Any:
    call.categories.update(**values)


def funded(call: Call, *, places: int = 3, each: int = 20_000, **values: Any) -> Any:
    given = {
        "slots_kind": SlotsKind.EXACT,
        "slots_min": places,
        "slots_max": places,
        "funding_kind": FundingKind.FIXED,
        "amount_min": each,
        "amount_max": each,
    }
    categories(call, **(given | values))


def instalments(call: Call, *parts: int, **values: Any) -> Any:
    funded(call, **({"paid": "instalments"} | values))
    for part in parts:
        call.categories.get().instalments.create(title="一期", percent=part)


def shared(call: Call, said: int, held: int) -> Any:
    """State a share of the cost on the category and hold one in a rule."""
    funded(call, cost_share_percent=said)
    RuleFactory(call=call, kind="cost_share", params={"max_percent": held})
    for role in ("amount", "total_cost"):
        section = call.sections.get()
        FormFieldFactory(section=section, code=role, label=role, kind="money", role=role)


def deliverable(call: Call, day: dt.date) -> Any:
    call.deliverable_rules.create(kind="summary", title="总结", due_on=day)


def batch(call: Call, **values: Any) -> Any:
    call.batches.create(**({"title": "第一批", "closes_at": call.closes_at} | values))


def quota(call: Call, limit: int) -> Any:
    categories(call, slots_kind=SlotsKind.EXACT, slots_min=3, slots_max=3)
    RuleFactory(call=call, params={"limit": limit, "scope": "call"})


def window_end(call: Call, day: dt.date) -> Any:
    categories(call, window_start=day, window_end=day)


def local_day(call: Call) -> dt.date:
    return clock.local(call.closes_at).date()


Spoil = Callable[[Call], Any]
# What is said, whether it blocks, what makes it so, and what lies just on the other side.
CASES: list[tuple[str, bool, Spoil, Spoil]] = [
    (
        "only where it is printed and scanned",
        True,
        lambda c: (
            PaperRule.objects.create(call=c, title="合作单位意见", box="sealed"),
            Call.objects.update(sealing="image"),
        ),
        lambda c: PaperRule.objects.create(call=c, title="合作单位意见", box="sealed"),
    ),
    (
        "asks for partners",
        True,
        lambda c: RuleFactory(call=c, kind="partners", params={}),
        lambda c: (
            RuleFactory(call=c, kind="partners", params={}),
            categories(c, joint="allowed"),
        ),
    ),
    (
        "before the online deadline",
        True,
        lambda c: Call.objects.update(paper_copies=1, paper_by=c.closes_at - SECOND),
        lambda c: Call.objects.update(paper_copies=1, paper_by=c.closes_at),
    ),
    (
        "say until when they must have arrived",
        True,
        lambda c: PaperRule.objects.create(call=c, title="公函", copies=1),
        lambda c: PaperRule.objects.create(call=c, title="公函", formats=["pdf"]),
    ),
    (
        "no paper copies are asked for",
        True,
        lambda c: Call.objects.update(paper_by=c.closes_at),
        lambda c: (
            Call.objects.update(paper_by=c.closes_at),
            PaperRule.objects.create(call=c, title="公函", copies=1),
        ),
    ),
    (
        "no question for files",
        False,
        lambda c: PaperRule.objects.create(call=c, title="公函", formats=["pdf"]),
        lambda c: (
            PaperRule.objects.create(call=c, title="公函", formats=["pdf"]),
            FormFieldFactory(section=c.sections.get(), kind="files"),
        ),
    ),
    (
        "must end after the call opens",
        True,
        lambda c: (batch(c), batch(c, closes_at=c.opens_at)),
        lambda c: (batch(c), batch(c, closes_at=c.opens_at + SECOND)),
    ),
    (
        "must end after the call opens",
        True,
        lambda c: batch(c, closes_at=c.closes_at + SECOND),
        batch,
    ),
    (
        "last batch ends before",
        True,
        lambda c: batch(c, closes_at=c.closes_at - SECOND),
        batch,
    ),
    (
        "is to close earlier",
        True,
        lambda c: categories(c, closes_at=c.closes_at),
        lambda c: categories(c, closes_at=c.closes_at - SECOND),
    ),
    (
        "before the call opens",
        True,
        lambda c: categories(c, closes_at=c.opens_at),
        lambda c: categories(c, closes_at=c.opens_at + SECOND),
    ),
    (
        "nobody can apply for it any more",
        False,
        lambda c: categories(c, closes_at=clock.now()),
        lambda c: categories(c, closes_at=clock.now() + DAY),
    ),
    (
        "but the call has batches",
        True,
        lambda c: (batch(c), categories(c, closes_at=c.closes_at - SECOND)),
        batch,
    ),
    (
        "before the batch ends",
        True,
        lambda c: batch(c, result_by=local_day(c) - DAY),
        lambda c: batch(c, result_by=local_day(c)),
    ),
    (
        "come to 99 %",
        True,
        lambda c: instalments(c, 60, 39),
        lambda c: instalments(c, 60, 40),
    ),
    (
        "not paid in instalments",
        True,
        lambda c: instalments(c, 100, paid="in_advance"),
        lambda c: instalments(c, 100),
    ),
    (
        "but none is given",
        True,
        lambda c: categories(c, cost_share_percent=50),
        lambda c: funded(c, cost_share_percent=50),
    ),
    (
        "the rule holds it at 60 %",
        True,
        lambda c: shared(c, 50, 60),
        lambda c: shared(c, 50, 50),
    ),
    (
        "how much is given at most",
        True,
        lambda c: categories(c, funding_kind=FundingKind.UP_TO),
        lambda c: categories(c, funding_kind=FundingKind.UP_TO, amount_max=1),
    ),
    (
        "places × amount come to 6, more than the total",
        True,
        lambda c: funded(c, total_max=Decimal("59999.99")),
        lambda c: funded(c, total_max=60_000),
    ),
    (
        "places × amount come to 6, more than the total",
        True,
        lambda c: (funded(c), Call.objects.update(total_max=Decimal("59999.99"))),
        lambda c: (funded(c), Call.objects.update(total_max=60_000)),
    ),
    (
        "if every place is given the greatest amount",
        False,
        lambda c: funded(c, funding_kind="up_to", amount_min=None, total_max=Decimal("59999.99")),
        lambda c: funded(c, funding_kind="up_to", amount_min=None, total_max=60_000),
    ),
    (
        "if every place is given the greatest amount",
        False,
        lambda c: funded(c, funding_kind="up_to", amount_min=None, total_max=40_000),
        lambda c: funded(
            c, funding_kind="up_to", amount_min=None, total_max=40_000, funded_slots=2
        ),
    ),
    (
        "categories have 3 places, more than the 2",
        True,
        lambda c: (funded(c), Call.objects.update(slots_max=2)),
        lambda c: (funded(c), Call.objects.update(slots_max=3)),
    ),
    (
        "carried out before the deadline",
        False,
        lambda c: window_end(c, local_day(c) - DAY),
        lambda c: window_end(c, local_day(c)),
    ),
    (
        "before the result is known",
        False,
        lambda c: (
            Call.objects.update(result_by=local_day(c) + DAY),
            window_end(c, local_day(c)),
        ),
        lambda c: (
            Call.objects.update(result_by=local_day(c)),
            window_end(c, local_day(c)),
        ),
    ),
    (
        "“总结” is due before the deadline",
        True,
        lambda c: deliverable(c, local_day(c) - DAY),
        lambda c: deliverable(c, local_day(c)),
    ),
    (
        "A unit may hand in 4",
        False,
        lambda c: quota(c, 4),
        lambda c: quota(c, 3),
    ),
    (
        "No clause of the notice stands beside",
        False,
        lambda c: RuleFactory(call=c, clause=" "),
        lambda c: RuleFactory(call=c, clause="每个单位限报1项。"),
    ),
    (
        "no purpose and no end of keeping",
        False,
        lambda c: FormFieldFactory(section=c.sections.get(), label="联系手机"),
        lambda c: FormFieldFactory(
            section=c.sections.get(),
            label="联系手机",
            personal=True,
            personal_purpose="联系",
            retention_months=12,
        ),
    ),
    (
        "has passed: nobody can apply",
        False,
        lambda c: Call.objects.update(opens_at=clock.now() - 9 * DAY, closes_at=clock.now()),
        lambda c: Call.objects.update(closes_at=clock.now() + DAY),
    ),
    (
        "does not name the deadline",
        False,
        lambda c: None,
        lambda c: type(c.notice).objects.update(
            body="截止{0:%m}月{0:%d}日".format(clock.local(c.closes_at - SECOND))
        ),
    ),
    (
        "but nobody signs off",
        False,
        lambda c: Call.objects.update(two_persons=True, signoff=False),
        lambda c: Call.objects.update(two_persons=True, signoff=True),
    ),
    (
        "who signs the printed form",
        False,
        lambda c: None,
        lambda c: Call.objects.update(signatory_words={"": "负责人"}),
    ),
    (
        "how secret content is handed in",
        False,
        lambda c: None,
        lambda c: Call.objects.update(confidential_how="送交办公室。"),
    ),
]


@pytest.mark.parametrize(("says", "blocks", "spoil", "mend"), CASES)
def test_each_point_is_found_and_its_neighbour_passes(
    says: str, blocks: bool, spoil: Spoil, mend: Spoil
) -> None:
    sound = CallFactory()
    mend(sound)
    assert one(sound, says) is None
    spoilt = CallFactory()
    spoil(spoilt)
    problem = one(spoilt, says)
    assert problem is not None
    assert problem.blocks is blocks


def test_a_call_with_every_figure_in_order_has_only_doubts() -> None:
    assert [p.sentence for p in problems(rich_call()) if p.blocks] == []


def test_a_quota_above_the_places_counts_only_the_categories_under_it() -> None:
    call = CallFactory()
    categories(call, slots_kind=SlotsKind.EXACT, slots_min=1, slots_max=1)
    CategoryFactory(call=call, slots_kind=SlotsKind.EXACT, slots_min=9, slots_max=9)
    small = call.categories.get(code="only")
    RuleFactory(call=call, category=small, params={"limit": 2, "scope": "category"})
    assert one(call, "A unit may hand in 2, but there are only 1") is not None
    RuleFactory(call=call, params={"limit": 10, "scope": "call"})
    assert one(call, "A unit may hand in 10") is None


# publishing with ticks ------------------------------------------------------------------------


def test_a_declaration_without_its_question_is_said_once_and_asked_with_one_press() -> None:
    call = published_call()
    Call.objects.update(state=CallState.DRAFT)
    CategoryFactory(call=call)
    rule = RuleFactory(call=call, kind="declaration", params={"text": "未获其他资助"}, clause="一")
    said = [problem for problem in found(call).values() if "未获其他资助" in problem.sentence]
    assert [problem.undeclared for problem in said] == [rule.pk]
    assert "all categories" in said[0].sentence
    client, url = officer(call), f"/admin/calls/call/{call.pk}/editor/rule/{rule.pk}/ask/"
    assert url in client.get(address(call)).content.decode()
    client.post(url)
    assert "未获其他资助" not in "".join(found(call))
    FormField.objects.filter(options__text="未获其他资助").update(required=False)
    assert "未获其他资助" in "".join(found(call)), "a tick that may be left out declares nothing"
    FormField.objects.filter(options__text="未获其他资助").update(required=True)
    Call.objects.update(state=CallState.PUBLISHED)
    before = call.sections.count()
    assert "already" not in client.post(url, follow=True).content.decode()
    assert call.sections.count() == before, "a published form is amended as a whole"


def officer(call: Call, role: str = StaffRole.OFFICER) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(StaffPostFactory(issuer=call.issuer, role=role).user)
    return client


def address(call: Call) -> str:
    return f"/admin/calls/call/{call.pk}/editor/publish/"


def test_every_doubt_must_be_ticked_and_the_ticks_are_kept() -> None:
    call = CallFactory()
    keys = [problem.key for problem in problems(call)]
    assert len(keys) > 1
    with pytest.raises(RuleViolation):
        publish_call(call, by=None, confirmed=keys[1:])
    assert Call.objects.get().state == CallState.DRAFT
    sentences = sorted(problem.sentence for problem in problems(call))
    publish_call(call, by=None, confirmed=keys)
    entry = AuditEntry.objects.get(action="call_published")
    assert sorted(entry.data["confirmed"]) == sentences


def test_a_tick_means_one_sentence_and_not_what_was_changed_meanwhile() -> None:
    call = CallFactory()
    quota(call, 4)
    keys = {problem.key for problem in problems(call)}
    call.rules.update(params={"limit": 5, "scope": "call"})
    with pytest.raises(RuleViolation) as refused:
        publish_call(call, by=None, confirmed=keys)
    assert [reason.message for reason in refused.value.reasons] == [
        "A unit may hand in 5, but there are only 3 places."
    ]


def test_the_page_lists_what_blocks_and_offers_no_button() -> None:
    call = CallFactory()
    call.contacts.all().delete()
    client = officer(call)
    shown = client.get(address(call)).content.decode()
    assert "Name at least one contact" in shown
    assert f"/admin/calls/call/{call.pk}/editor/#contacts" in shown
    assert 'value="Publish"' not in shown
    client.post(address(call), {"confirmed": [p.key for p in problems(call)]})
    assert Call.objects.get().state == CallState.DRAFT


def test_the_page_asks_again_for_the_tick_that_is_missing_and_keeps_the_others() -> None:
    call = CallFactory()
    keys = [problem.key for problem in problems(call)]
    client = officer(call)
    shown = client.post(address(call), {"confirmed": keys[:1]}).content.decode()
    assert "please tick every point" in shown
    assert f'value="{keys[0]}" checked' in shown
    assert f'value="{keys[1]}" checked' not in shown
    answer = client.post(address(call), {"confirmed": keys})
    assert answer.status_code == 302
    assert Call.objects.get().state == CallState.PUBLISHED


def test_the_overview_says_both_and_leads_to_the_check() -> None:
    call = CallFactory()
    call.contacts.all().delete()
    shown = officer(call).get(f"/admin/calls/call/{call.pk}/editor/").content.decode()
    assert "Missing before it can be published" in shown
    assert "you confirm it when you publish" in shown
    assert address(call) in shown


def test_officials_and_strangers_do_not_reach_the_check() -> None:
    call = CallFactory()
    assert officer(call, StaffRole.OFFICIAL).get(address(call)).status_code == 403
    assert officer(CallFactory()).get(address(call)).status_code == 404


def test_a_published_call_has_nothing_left_to_publish() -> None:
    call = published_call()
    assert officer(call).get(address(call)).status_code == 302
