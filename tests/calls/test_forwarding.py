"""A call of another association is forwarded: who may, what is copied, what then stays as it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.translation import override

from calls.callfile import read_call, write_call
from calls.enums import CallState, NoticeState
from calls.forwarding import forwardable
from calls.models import Call, Contact, FormField, RecommendingLevel
from calls.publish_check import contradictions
from calls.services.clone import clone_call
from calls.services.editing import change_call
from calls.services.forwarding import forward_call
from calls.services.freeze import schema_of
from calls.services.publish import extend_deadline, publish_call
from portal import clock
from portal.audit.models import AuditEntry
from portal.errors import RuleViolation
from portal.people.enums import StaffRole
from portal.people.models import FactCode, Issuer
from tests.factories.applications import make_scene
from tests.factories.calls import RuleFactory
from tests.factories.people import FactCodeFactory, IssuerFactory, StaffPostFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)
PAGE = "/admin/calls/call/forward/"


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.DEMO = True


@pytest.fixture
def parent() -> Call:
    """A published call with a quota for applicants and one for lists."""
    quota = ("list_quota", {"limit": 3, "scope": "call"})
    return make_scene(levels=1, rules=[quota]).call


@pytest.fixture
def lower(parent: Call) -> Issuer:
    """An association that the call names among those that recommend."""
    issuer: Issuer = IssuerFactory()
    parent.levels.update(named=[{"name": issuer.organisation.name}])
    return issuer


def level_of(call: Call) -> RecommendingLevel:
    return call.levels.get()


def forwarded(parent: Call, lower: Issuer, **more: Any) -> Call:
    dates = {"opens_at": clock.now(), "closes_at": level_of(parent).closes_at - 2 * DAY}
    return forward_call(parent, issuer=lower, by=UserFactory(), **(dates | more))


def made_publishable(child: Call) -> Call:
    Contact.objects.create(call=child, name="学会部", phone="0000-0000000")
    return child


def staff(issuer: Issuer, role: str = StaffRole.OFFICER) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(StaffPostFactory(issuer=issuer, role=role).user)
    return client


def reasons(refused: pytest.ExceptionInfo[RuleViolation]) -> str:
    return " ".join(reason.message for reason in refused.value.reasons)


# What is made ------------------------------------------------------------------------------------


def test_the_draft_asks_what_the_call_asks_and_is_the_associations_own(
    parent: Call, lower: Issuer
) -> None:
    child = forwarded(parent, lower)
    assert (child.issuer, child.parent_call, child.state) == (lower, parent, CallState.DRAFT)
    assert child.notice.state == NoticeState.DRAFT
    assert schema_of(child) == schema_of(parent)
    codes = [list(one.categories.values_list("code", "title")) for one in (child, parent)]
    assert codes[0] == codes[1]
    body = child.notice.body
    assert body.endswith(parent.notice.body)
    assert parent.title in body.splitlines()[0]
    assert lower.organisation.name in body.splitlines()[0]
    entry = AuditEntry.objects.get(action="call_forwarded")
    assert entry.data["origin"] == parent.pk


def test_rules_on_applicants_come_along_and_those_on_lists_stay(
    parent: Call, lower: Issuer
) -> None:
    child = forwarded(parent, lower)
    above = set(parent.rules.values_list("kind", flat=True))
    assert "list_quota" in above
    assert set(child.rules.values_list("kind", flat=True)) == above - {"list_quota"}
    assert not child.levels.exists()
    assert not child.contacts.exists()


def test_the_facts_that_rules_ask_for_come_along(parent: Call, lower: Issuer) -> None:
    fact = FactCodeFactory(issuer=parent.issuer)
    asked = {"code": fact.code, "year": None, "values": ["yes"], "label": fact.label}
    RuleFactory(call=parent, kind="yearly_fact", params=asked)
    child = made_publishable(forwarded(parent, lower))
    assert contradictions(child) == []
    assert FactCode.objects.get(issuer=lower).label == fact.label


def test_changes_of_the_form_that_are_not_published_are_not_forwarded(
    parent: Call, lower: Issuer
) -> None:
    before = schema_of(parent)
    FormField.objects.filter(section__call=parent).update(label="还未公开的问法")
    assert schema_of(forwarded(parent, lower)) == before


def test_with_a_contact_it_can_be_published(parent: Call, lower: Issuer) -> None:
    child = made_publishable(forwarded(parent, lower))
    assert contradictions(child) == []
    assert publish_call(child, by=None).state == CallState.PUBLISHED


# Who, and until when -----------------------------------------------------------------------------


def test_only_who_may_recommend_forwards(parent: Call, lower: Issuer) -> None:
    now = clock.now()
    assert [level.call for level in forwardable(lower, now)] == [parent]
    assert forwardable(IssuerFactory(), now) == []
    parent.levels.update(named=[{"name": parent.issuer.organisation.name}])
    assert forwardable(parent.issuer, now) == [], "its own call"
    with pytest.raises(RuleViolation, match="cannot forward"):
        forwarded(parent, parent.issuer)
    with pytest.raises(RuleViolation, match="cannot forward"):
        forwarded(parent, lower)


def test_drafts_archived_calls_and_past_lists_are_not_forwarded(
    parent: Call, lower: Issuer
) -> None:
    due = level_of(parent).closes_at
    assert forwardable(lower, due - SECOND)
    assert not forwardable(lower, due)
    Call.objects.filter(pk=parent.pk).update(state=CallState.ARCHIVED)
    assert not forwardable(lower, clock.now())


def test_a_call_is_forwarded_once(parent: Call, lower: Issuer) -> None:
    child = forwarded(parent, lower)
    with pytest.raises(RuleViolation, match="forwards it already"):
        forwarded(parent, lower)
    with pytest.raises(IntegrityError, match="does_not_forward_itself"), transaction.atomic():
        Call.objects.filter(pk=child.pk).update(parent_call=child.pk)


def test_the_deadline_lies_before_the_list_is_due(parent: Call, lower: Issuer) -> None:
    due = level_of(parent).closes_at
    with pytest.raises(RuleViolation, match="must lie before"):
        forwarded(parent, lower, closes_at=due)
    child = made_publishable(forwarded(parent, lower, closes_at=due - SECOND))
    assert contradictions(child) == []
    Call.objects.filter(pk=child.pk).update(closes_at=due)
    child.refresh_from_db()
    assert any("must lie before" in sentence for sentence in contradictions(child))


def test_a_category_keeps_its_earlier_end_where_that_lies_within_the_own_call(
    parent: Call, lower: Issuer
) -> None:
    category, end = parent.categories.order_by("pk")[0], level_of(parent).closes_at - 2 * DAY
    for early, kept in ((end - SECOND, True), (end, False)):
        parent.categories.filter(pk=category.pk).update(closes_at=early)
        child = forwarded(parent, lower, closes_at=end)
        copied = child.categories.get(code=category.code)
        assert copied.closes_at == (early if kept else None)
        Call.objects.filter(pk=child.pk).update(parent_call=None)


def test_an_extension_does_not_go_beyond_it_either(parent: Call, lower: Issuer) -> None:
    due, by = level_of(parent).closes_at, UserFactory()
    child = publish_call(made_publishable(forwarded(parent, lower)), by=None)
    for only_drafts in (False, True):
        with pytest.raises(RuleViolation, match="must lie before"):
            extend_deadline(
                child, by=by, closes_at=due, reason="应各单位要求", only_drafts=only_drafts
            )
    extended = extend_deadline(child, by=by, closes_at=due - SECOND, reason="应各单位要求")
    assert extended.closes_at == due - SECOND


def test_who_may_no_longer_recommend_does_not_publish(parent: Call, lower: Issuer) -> None:
    child = made_publishable(forwarded(parent, lower))
    parent.levels.update(named=[{"name": "另一个协会"}])
    with pytest.raises(RuleViolation, match="no longer recommend"):
        publish_call(child, by=None)


# What stays as it is -----------------------------------------------------------------------------


def test_form_and_categories_stay_and_places_do_not(parent: Call, lower: Issuer) -> None:
    child, by = forwarded(parent, lower), UserFactory()
    before = schema_of(child)
    changes: list[tuple[str, Any]] = [
        ("question", lambda call: call.sections.first().fields.first().delete()),
        ("section", lambda call: call.sections.all().update(title="别的步骤")),
        ("category", lambda call: call.categories.create(code="extra", title="另一类")),
        ("category", lambda call: call.categories.update(code="renamed")),
    ]
    for part, change in changes[:3]:
        with pytest.raises(RuleViolation) as refused:
            change_call(child, by=by, part=part, change=change)
        assert "form and categories stay" in reasons(refused)
        assert schema_of(child) == before
    change_call(
        child,
        by=by,
        part="category",
        change=lambda call: call.categories.update(summary="本会限5项"),
    )
    assert child.categories.filter(summary="本会限5项").count() == parent.categories.count()


def test_a_form_changed_above_blocks_the_draft_and_not_the_published_call(
    parent: Call, lower: Issuer
) -> None:
    child = made_publishable(forwarded(parent, lower))
    revision = parent.form_revisions.get()
    newer = parent.form_revisions.create(no=2, schema=revision.schema, sha256="0" * 64)
    with pytest.raises(RuleViolation, match="has changed since"):
        publish_call(child, by=None)
    newer.delete()
    child = publish_call(child, by=None)
    parent.form_revisions.create(no=2, schema=revision.schema, sha256="0" * 64)
    assert contradictions(child) == []


def test_next_years_copy_forwards_nothing(parent: Call, lower: Issuer) -> None:
    child = forwarded(parent, lower)
    copy = clone_call(
        child,
        by=UserFactory(),
        code="next",
        year=child.year + 1,
        opens_at=child.opens_at + 365 * DAY,
        closes_at=child.closes_at + 365 * DAY,
        editions={},
    )
    assert copy.parent_call is None


# Pages -------------------------------------------------------------------------------------------


def test_staff_forward_a_call_by_the_page(parent: Call, lower: Issuer) -> None:
    client = staff(lower)
    shown = client.get(PAGE).content.decode()
    assert parent.title in shown
    day = clock.local(level_of(parent).closes_at).date()
    sent = {
        "call": f"{lower.pk}-{parent.pk}",
        "opens_at_day": clock.today().isoformat(),
        "closes_at_day": (day + DAY).isoformat(),
    }
    late = client.post(PAGE, sent)
    assert "must lie before" in late.content.decode()
    assert not Call.objects.filter(issuer=lower).exists()
    done = client.post(PAGE, sent | {"closes_at_day": (day - 2 * DAY).isoformat()}, follow=True)
    child = Call.objects.get(issuer=lower)
    overview = done.content.decode()
    assert f'href="/calls/{parent.pk}/"' in overview
    assert "form and categories stay" in overview
    assert "There is nothing to forward" in client.get(PAGE).content.decode()
    form = client.get(f"/admin/calls/call/{child.pk}/editor/form/").content.decode()
    assert "form and categories stay" in form
    assert "Add an empty step" not in form


def test_a_call_that_cannot_be_forwarded_cannot_be_sent(parent: Call, lower: Issuer) -> None:
    stranger: Issuer = IssuerFactory()
    for key in (f"{stranger.pk}-{parent.pk}", f"{lower.pk}-{parent.pk}", "x"):
        answer = staff(stranger).post(PAGE, {"call": key})
        assert answer.status_code == 200
        assert not Call.objects.filter(parent_call=parent).exists()


def test_officials_find_no_page(lower: Issuer) -> None:
    assert staff(lower, StaffRole.OFFICIAL).get(PAGE).status_code == 404


def test_the_public_page_names_and_links_the_call_it_feeds(parent: Call, lower: Issuer) -> None:
    child = publish_call(made_publishable(forwarded(parent, lower)), by=None)
    client = Client(headers={"accept-language": "en"})
    shown = client.get(f"/calls/{child.pk}/").content.decode()
    assert 'id="forwards"' in shown
    assert f'href="/calls/{parent.pk}/"' in shown
    assert 'id="forwards"' not in client.get(f"/calls/{parent.pk}/").content.decode()


def test_a_call_file_names_the_call_that_is_forwarded(parent: Call, lower: Issuer) -> None:
    text = write_call(forwarded(parent, lower))
    again = read_call(text, issuer=IssuerFactory(), by=None)
    assert again.parent_call == parent
    assert "forwards:" in write_call(again)
    assert "forwards:" not in write_call(parent)
    with pytest.raises(RuleViolation, match=r"Line \d+: .*“nowhere” has published no call"):
        read_call(text.replace(f"issuer: {parent.issuer.slug}", "issuer: nowhere"),
                  issuer=IssuerFactory(), by=None)  # fmt: skip
    with pytest.raises(RuleViolation, match="published no call"):
        read_call(text, issuer=parent.issuer, by=None)
