"""Publishing, amending, extending and the like: lawful ones change one thing, others say why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from calls.enums import CallState, FieldKind, FundingKind, NoticeKind, NoticeState, SlotsKind
from calls.models import Call, Contact, FormField, FormRevision, FormSection, Grant, LateDoor
from calls.publish_check import contradictions
from calls.services.exceptions import grant_exception, open_late_door
from calls.services.notices import attach, publish_notice, withdraw_notice
from calls.services.publish import amend_call, archive_call, extend_deadline, publish_call
from calls.services.results import publish_result
from calls.signals import call_changed, notice_changed
from portal import clock
from portal.audit.models import AuditEntry
from portal.errors import RuleViolation
from portal.files.models import StoredFile
from tests.factories.calls import (
    BareCallFactory,
    CallFactory,
    CategoryFactory,
    FormFieldFactory,
    NoticeFactory,
    PublishedNoticeFactory,
    RuleFactory,
    published_call,
)
from tests.factories.people import FactCodeFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def refused(act: Callable[..., object], *args: Any, **kwargs: Any) -> str:
    """Return every reason of a refusal, and check that nothing was written."""
    before = AuditEntry.objects.count()
    with pytest.raises(RuleViolation) as violation, transaction.atomic():
        act(*args, **kwargs)
    assert AuditEntry.objects.count() == before
    return " ".join(reason.message for reason in violation.value.reasons)


def audited(action: str) -> AuditEntry:
    return AuditEntry.objects.get(action=action)


# publishing -----------------------------------------------------------------------------------


def test_publishing_freezes_the_form_and_shows_the_notice(
    django_capture_on_commit_callbacks: Any,
) -> None:
    told: list[int] = []

    def listen(call_id: int, **kwargs: Any) -> None:
        told.append(call_id)

    call_changed.connect(listen)
    draft, person = CallFactory(), UserFactory()
    with django_capture_on_commit_callbacks(execute=True):
        call = publish_call(draft, by=person)
        assert told == [], "nobody is told before the commit"
    call_changed.disconnect(listen)
    assert told == [call.pk]
    assert (call.state, call.revision) == (CallState.PUBLISHED, 1)
    assert call.notice.state == NoticeState.PUBLISHED
    assert call.published_at is not None
    assert call.published_at == call.notice.published_at
    revision = FormRevision.objects.get(call=call)
    assert revision.no == 1
    assert revision.schema["sections"][0]["fields"][0]["role"] == "title"
    assert audited("call_published").actor_id == person.pk


def test_a_notice_entered_after_the_fact_keeps_its_day() -> None:
    draft = CallFactory()
    issued = clock.start_of(dt.date(2023, 2, 9))
    draft.notice.published_at = issued
    draft.notice.save()
    assert publish_call(draft, by=None).published_at == issued


def test_a_call_is_published_once() -> None:
    assert "already" in refused(publish_call, published_call(), by=None)


def test_an_empty_call_is_refused_with_every_reason() -> None:
    reasons = refused(publish_call, BareCallFactory(), by=None)
    for part in ("contact", "no category", "no section"):
        assert part in reasons


def _only(call: Call) -> Any:
    return call.categories.get()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda c: c.contacts.all().delete(), "at least one contact"),
        (lambda c: c.contacts.update(phone=""), "phone number or a mailbox"),
        (lambda c: c.categories.all().delete(), "no category"),
        (lambda c: c.sections.all().delete(), "no section"),
        (lambda c: FormField.objects.update(required=False), "does not ask for a title"),
        (lambda c: FormField.objects.all().delete(), "asks nothing"),
        (lambda c: FormFieldFactory(section=c.sections.get(), role="title"), "asks twice"),
        (lambda c: FormFieldFactory(section=c.sections.get(), kind="choice"), "lacks choices"),
        (
            lambda c: FormFieldFactory(
                section=c.sections.get(), condition={"field": "gone", "equals": "x"}
            ),
            "not asked",
        ),
        (
            lambda c: FormFieldFactory(section=c.sections.get(), condition={"field": "title"}),
            "condition",
        ),
        (
            lambda c: FormSection.objects.create(call=c, code="plan", title="方案", scope="plan"),
            "hand in no plan",
        ),
        (lambda c: Call.objects.update(packet_mode="plan"), "no section for it"),
        (lambda c: Call.objects.update(paper_copies=1), "until when"),
        (lambda c: Call.objects.update(paper_by=c.closes_at), "no paper copies"),
        (lambda c: Call.objects.update(result_by=c.opens_at.date()), "before the deadline"),
        (lambda c: c.categories.update(slots_kind=SlotsKind.EXACT), "number of places"),
        (
            lambda c: c.categories.update(slots_kind=SlotsKind.RANGE, slots_min=2, slots_max=2),
            "how many to how many",
        ),
        (lambda c: c.categories.update(funding_kind=FundingKind.FIXED), "amount for each"),
        (
            lambda c: c.categories.update(
                funding_kind=FundingKind.RANGE, amount_min=2, amount_max=2
            ),
            "how much to how much",
        ),
        (lambda c: c.categories.update(amount_max=Decimal(1)), "no funding is chosen"),
        (lambda c: RuleFactory(call=c, kind="quota", params={}), "lacks"),
        (
            lambda c: RuleFactory(
                call=c, kind="number", params={"role": "attendees", "min": 1}, clause="至少1人"
            ),
            "reads “Number of participants”",
        ),
        (
            lambda c: RuleFactory(
                call=c,
                kind="yearly_fact",
                params={"code": "gone", "year": None, "values": ["yes"], "label": "x"},
            ),
            "not kept",
        ),
        (
            lambda c: (
                FactCodeFactory(issuer=c.issuer, code="grade", type="grade"),
                RuleFactory(
                    call=c,
                    params={
                        "limit": None,
                        "scope": "call",
                        "by_number": {"code": "grade", "label": "x", "per": 9},
                    },
                ),
            ),
            "no number",
        ),
        (lambda c: RuleFactory(call=c, params={"limit": 1, "scope": "category"}), "say which"),
        (
            lambda c: RuleFactory(call=c, category=_only(c), params={"limit": 1, "scope": "call"}),
            "beyond the category",
        ),
        (
            lambda c: (
                RuleFactory(call=c, kind="kinds", params={"any_of": [{"kind": "society"}]}),
                RuleFactory(
                    call=c,
                    category=_only(c),
                    kind="kinds",
                    params={"any_of": [{"kind": "institute"}]},
                ),
            ),
            "Nobody may apply",
        ),
    ],
)
def test_a_call_that_contradicts_itself_is_not_published(
    spoil: Callable[[Call], Any], says: str
) -> None:
    call = CallFactory()
    assert contradictions(call) == []
    spoil(call)
    call.refresh_from_db()
    reasons = refused(publish_call, call, by=None)
    assert says in reasons
    assert Call.objects.get(pk=call.pk).state == CallState.DRAFT


def test_the_database_itself_refuses_a_deadline_before_the_opening() -> None:
    call = CallFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(closes_at=call.opens_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(seal_by=call.closes_at - HOUR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(state=CallState.PUBLISHED)


# amending and extending -----------------------------------------------------------------------


def test_an_amendment_counts_on_and_a_changed_form_is_a_new_revision() -> None:
    call, person = published_call(), UserFactory()
    Contact.objects.update(phone="0000-2")
    amended = amend_call(call, by=person, summary="改电话")
    assert amended.revision == 2
    assert call.form_revisions.count() == 1, "an unchanged form keeps its revision"
    FormFieldFactory(section=call.sections.get())
    assert amend_call(call, by=person, summary="加一问").revision == 3
    assert [r.no for r in call.form_revisions.all()] == [1, 2]
    assert audited_summaries() == ["改电话", "加一问"]


def audited_summaries() -> list[str]:
    entries = AuditEntry.objects.filter(action="call_amended").order_by("pk")
    return [entry.data["summary"] for entry in entries]


def test_an_amendment_that_contradicts_the_call_is_undone_with_its_changes() -> None:
    call = published_call()

    def edit() -> None:
        Contact.objects.all().delete()
        amend_call(call, by=UserFactory(), summary="删联系人")

    assert "contact" in refused(edit)
    assert call.contacts.exists()
    assert Call.objects.get(pk=call.pk).revision == 1


def test_a_draft_is_edited_not_amended_and_a_change_is_said() -> None:
    assert "published" in refused(amend_call, CallFactory(), by=UserFactory(), summary="x")
    assert "what was changed" in refused(
        amend_call, published_call(), by=UserFactory(), summary=" "
    )


def test_an_extension_takes_along_what_would_fall_before_it() -> None:
    now = clock.now()
    closes = now + DAY
    call = published_call(
        closes_at=closes,
        seal_by=closes + HOUR,
        paper_copies=1,
        paper_by=closes,
        result_by=clock.local(closes + 30 * DAY).date(),
    )
    extended = extend_deadline(call, by=UserFactory(), closes_at=closes + 2 * DAY, reason="暴雪")
    assert extended.closes_at == closes + 2 * DAY
    assert extended.seal_by == closes + HOUR + 2 * DAY
    assert extended.paper_by == closes + 2 * DAY
    assert extended.result_by == clock.local(closes + 30 * DAY).date()
    assert extended.revision == 2
    assert audited("deadline_extended").data["reason"] == "暴雪"


def test_a_deadline_never_moves_back() -> None:
    call = published_call()
    later = call.closes_at + HOUR
    person = UserFactory()
    for closes_at in (call.closes_at, call.closes_at - HOUR):
        assert "later" in refused(extend_deadline, call, by=person, closes_at=closes_at, reason="x")
    assert "why" in refused(extend_deadline, call, by=person, closes_at=later, reason="")
    assert "published" in refused(
        extend_deadline, CallFactory(), by=person, closes_at=later + DAY, reason="x"
    )
    closed = published_call(opens_at=clock.now() - 9 * DAY, closes_at=clock.now() - 8 * DAY)
    passed = clock.now() - DAY
    assert "passed" in refused(extend_deadline, closed, by=person, closes_at=passed, reason="x")


def test_only_a_closed_call_is_archived() -> None:
    assert "after its deadline" in refused(archive_call, published_call(), by=UserFactory())
    assert "published" in refused(archive_call, CallFactory(), by=UserFactory())
    closed = published_call(opens_at=clock.now() - 9 * DAY, closes_at=clock.now() - DAY)
    assert archive_call(closed, by=UserFactory()).state == CallState.ARCHIVED


# exceptions -----------------------------------------------------------------------------------


def test_a_late_door_opens_for_one_unit_and_only_ever_wider() -> None:
    call, unit, person = published_call(), OrganisationFactory(), UserFactory()
    first = open_late_door(
        call, organisation=unit, until=call.closes_at + HOUR, reason="断网", by=person
    )
    second = open_late_door(
        call, organisation=unit, until=call.closes_at + 2 * HOUR, reason="仍断网", by=person
    )
    assert first.pk == second.pk
    assert LateDoor.objects.get().reason == "仍断网"
    until = call.closes_at + HOUR
    assert "longer" in refused(
        open_late_door, call, organisation=unit, until=until, reason="x", by=person
    )
    other = OrganisationFactory()
    assert "longer" in refused(
        open_late_door, call, organisation=other, until=call.closes_at, reason="x", by=person
    )
    assert "why" in refused(
        open_late_door, call, organisation=other, until=until, reason="", by=person
    )
    assert AuditEntry.objects.filter(action="late_door_opened").count() == 2


def test_exceptions_are_for_rules_in_principle_with_a_reason_and_once() -> None:
    call, unit, person = CallFactory(), OrganisationFactory(), UserFactory()
    strict = RuleFactory(call=call)
    lenient = RuleFactory(call=call, mode="in_principle")
    grant_exception(lenient, organisation=unit, reason="国际会议", by=person)
    assert Grant.objects.get().rule == lenient
    assert "strict" in refused(grant_exception, strict, organisation=unit, reason="x", by=person)
    assert "already" in refused(grant_exception, lenient, organisation=unit, reason="x", by=person)
    other = OrganisationFactory()
    assert "why" in refused(grant_exception, lenient, organisation=other, reason="", by=person)


# notices and results --------------------------------------------------------------------------


def test_a_notice_is_published_and_withdrawn_with_a_reason(
    django_capture_on_commit_callbacks: Any,
) -> None:
    told: list[int] = []

    def listen(notice_id: int, **kwargs: Any) -> None:
        told.append(notice_id)

    notice_changed.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        notice = publish_notice(NoticeFactory(), by=UserFactory())
        withdrawn = withdraw_notice(notice, by=UserFactory(), reason="发错了")
    notice_changed.disconnect(listen)
    assert told == [notice.pk, notice.pk]
    assert notice.published_at is not None
    assert withdrawn.state == NoticeState.WITHDRAWN
    assert audited("notice_withdrawn").data["reason"] == "发错了"


def test_notices_that_may_not_be_published_or_withdrawn_say_why() -> None:
    person = UserFactory()
    public = PublishedNoticeFactory()
    assert "already" in refused(publish_notice, public, by=person)
    assert "no text" in refused(publish_notice, NoticeFactory(body=" "), by=person)
    ahead = NoticeFactory(published_at=clock.now() + HOUR)
    assert "ahead" in refused(publish_notice, ahead, by=person)
    assert "why" in refused(withdraw_notice, public, by=person, reason="")
    assert "published" in refused(withdraw_notice, NoticeFactory(), by=person, reason="x")
    call = published_call()
    assert "archive" in refused(withdraw_notice, call.notice, by=person, reason="x")


def test_attachments_line_up_after_one_another() -> None:
    notice, person = NoticeFactory(), UserFactory()
    file = StoredFile.objects.create(name="推荐表.docx", sha256="0" * 64, size=1)
    attach(notice, file=file, title="附件一", by=person)
    attach(notice, file=file, title="附件二", by=person)
    assert [(a.title, a.position) for a in notice.attachments.all()] == [
        ("附件一", 0),
        ("附件二", 1),
    ]


GROUPS: Any = [{"title": "示例类别", "rows": [["示例学会", "量子论坛"]]}]


def test_a_result_is_a_public_notice_with_frozen_rows() -> None:
    call = published_call()
    notice = publish_result(
        call,
        by=UserFactory(),
        title="入选名单",
        body="现予公布。",
        columns=["单位", "项目"],
        groups=GROUPS,
    )
    assert (notice.kind, notice.state) == (NoticeKind.RESULT, NoticeState.PUBLISHED)
    assert notice.about == call
    assert notice.rows == {"columns": ["单位", "项目"], "groups": GROUPS}


def test_a_result_that_cannot_be_one_says_why() -> None:
    person, call = UserFactory(), published_call()
    given: dict[str, Any] = {"by": person, "title": "名单", "body": "", "columns": ["单位", "项目"]}
    assert "published call" in refused(publish_result, CallFactory(), groups=GROUPS, **given)
    assert "empty" in refused(publish_result, call, groups=[], **given)
    said = publish_result(call, groups=[], **{**given, "body": "均未入选。"})
    assert said.rows == {"columns": ["单位", "项目"], "groups": []}, (
        "a sentence may do without rows"
    )
    short: Any = [{"title": "x", "rows": [["只有一格"]]}]
    assert "cell" in refused(publish_result, call, groups=short, **given)


# models -----------------------------------------------------------------------------------------


def test_categories_nest_two_levels_deep_at_most() -> None:
    from django.core.exceptions import ValidationError

    top = CategoryFactory()
    part = CategoryFactory(call=top.call, parent=top)
    assert part.path == (top.pk, part.pk)
    assert part.codes == (top.code, part.code)
    with pytest.raises(ValidationError):
        CategoryFactory.build(call=top.call, parent=part).full_clean()
    with pytest.raises(ValidationError):
        CategoryFactory.build(call=CallFactory(), parent=top).full_clean()


def test_personal_questions_need_a_purpose_and_an_end() -> None:
    section = CallFactory().sections.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        FormFieldFactory(section=section, kind=FieldKind.PEOPLE, personal=True)
    FormFieldFactory(
        section=section, kind=FieldKind.PEOPLE, personal=True, personal_purpose="联系",
        retention_months=24,
    )  # fmt: skip
