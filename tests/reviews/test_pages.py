"""The pages of the association's work as a browser without scripts uses them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from applications.models import Flag
from applications.models.handin import FlagKind
from applications.models.version import ScanMatch, SignedScan
from applications.services import drafting, signoff
from applications.states import State
from calls.enums import CallState, PacketMode, RuleMode
from calls.models import Call, Grant, LateDoor, Notice, Rule
from portal import clock
from reviews.models import CheckOutcome, Decision, FormalCheck, Submission
from reviews.services import checking
from tests.factories.reviews import (
    Scene,
    accepted,
    checkable,
    colleague,
    make_scene,
    many_submissions,
    version_id,
)


def url(name: str, *args: Any) -> str:
    return reverse(f"admin:reviews_{name}", args=args)


def post(client: Client, address: str, **data: Any) -> Any:
    return client.post(address, data)


def told(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def detail(client: Client, submission: Submission) -> Any:
    return client.get(url("submission_change", submission.pk))


def test_the_page_of_a_check_shows_everything_it_needs(scene: Scene, desk: Client) -> None:
    submission = checkable(scene)
    page = detail(desk, submission)
    for text in (
        "示例学术论坛",
        "为省内研究生提供交流平台。",
        submission.number,
        scene.unit.organisation.name,
        scene.unit.administrator.phone,
        "同类项目每个单位限报 1 项",
        page.context["version"].sha256,
    ):
        assert text in page.text
    assert "no-store" in page.headers["Cache-Control"]


def test_accepts_from_the_page_and_goes_on_to_the_next(scene: Scene, desk: Client) -> None:
    first = checkable(scene)
    following = many_submissions(scene, 1)[0]
    points = [point for point, _answer in detail(desk, first).context["points"]]
    data = {
        "version": version_id(first),
        **{f"ok-{point.code}": "yes" for point in points},
        f"note-{points[0].code}": "清楚",
        "do": "accept",
        "next": "1",
    }
    response = desk.post(url("check", first.pk), data, follow=True)
    first.refresh_from_db()
    assert first.state == State.ACCEPTED
    check = FormalCheck.objects.get()
    assert check.items[0] == {
        "code": points[0].code,
        "label": points[0].label,
        "ok": True,
        "note": "清楚",
    }
    assert urlsplit(response.redirect_chain[-1][0]).path == url("submission_change", following.pk)


def test_a_point_nobody_looked_at_is_named_and_accepted_only_by_saying_so(
    scene: Scene, desk: Client
) -> None:
    submission = checkable(scene)
    data = {"version": version_id(submission), "note-complete": "预算待核", "do": "accept"}
    refused = desk.post(url("check", submission.pk), data)
    submission.refresh_from_db()
    assert (refused.status_code, submission.state) == (409, State.SUBMITTED)
    text = refused.text
    assert "尚未核对：各部分填写" in text
    assert 'href="#point-complete"' in text
    assert 'id="point-complete"' in text
    assert "预算待核" in text, "what was typed is still there"
    wrong = {**data, "do": "accept_rest", "ok-complete": "no"}
    assert desk.post(url("check", submission.pk), wrong).status_code == 409
    desk.post(url("check", submission.pk), {**data, "do": "accept_rest"})
    submission.refresh_from_db()
    assert submission.state == State.ACCEPTED
    assert all(item["ok"] for item in FormalCheck.objects.get().items)


def test_notes_typed_on_an_older_version_stay_while_its_answers_do_not(
    scene: Scene, desk: Client
) -> None:
    submission = checkable(scene)
    sent = {"version": 0, "ok-complete": "yes", "note-complete": "已看", "do": "accept"}
    page = desk.post(url("check", submission.pk), sent)
    answers = {answer["code"]: answer for _point, answer in page.context["points"]}
    assert (page.status_code, answers["complete"]["ok"]) == (409, None)
    assert answers["complete"]["note"] == "已看"


def test_keeps_the_ticks_when_the_acceptance_is_refused(scene: Scene, desk: Client) -> None:
    application = scene.handed_in()
    data = {"version": version_id(application), "ok-complete": "yes", "do": "accept"}
    assert desk.post(url("check", application.pk), data).status_code == 409
    assert FormalCheck.objects.get().outcome == CheckOutcome.OPEN
    answers = dict(detail(desk, Submission.objects.get()).context["points"])
    kept = {answer["code"]: answer["ok"] for answer in answers.values()}
    assert kept["complete"] is True


def test_returns_by_section_until_the_end_of_a_day(scene: Scene, desk: Client) -> None:
    submission = checkable(scene)
    day = clock.today() + dt.timedelta(days=3)
    address = url("return", submission.pk)
    assert "基本信息" in desk.get(address).text
    empty = post(desk, address, version=version_id(submission), due=day.isoformat())
    assert empty.status_code == 200
    past = post(desk, address, version=version_id(submission), reason="x", due="2020-01-01")
    assert past.context["form"].errors.keys() == {"due"}
    post(
        desk,
        address,
        version=version_id(submission),
        due=day.isoformat(),
        **{"section-basics": "名称不一致"},
    )
    submission.refresh_from_db()
    assert submission.state == State.RETURNED
    assert submission.correction_due == clock.end_of(day)
    assert "基本信息：名称不一致" in detail(desk, submission).text


def test_the_plan_of_a_packet_is_returned_by_section_too(db: None) -> None:
    scene = make_scene(packet_mode=PacketMode.PLAN)
    client = Client()
    client.force_login(scene.officer)
    application = scene.drafted()
    conflicts = drafting.save_answers(
        packet_id=application.packet_id,
        application_id=None,
        values={"plan.principles": "公开、公平、公正。"},
        revisions={},
        by=scene.unit.filler,
    )
    assert not conflicts
    signoff.request_signoff(packet_id=application.packet_id, by=scene.unit.filler)
    signoff.sign_off(packet_id=application.packet_id, by=scene.unit.approver)
    scene.hand_in(application.packet)
    submission = Submission.objects.get()
    assert "公开、公平、公正。" in detail(client, submission).text
    form = client.get(url("return", submission.pk)).context["form"]
    assert list(form.sections) == [("plan", "推荐方案"), ("basics", "基本信息")]


def test_the_diff_stands_on_the_page_after_a_correction(scene: Scene, desk: Client) -> None:
    submission = checkable(scene)
    checking.return_for_changes(
        application_id=submission.pk,
        version_id=version_id(submission),
        by=scene.officer,
        reason="请修改名称",
        items={},
        due=clock.now() + dt.timedelta(days=2),
    )
    conflicts = drafting.save_answers(
        packet_id=submission.packet_id,
        application_id=submission.pk,
        values={"basics.title": "修改后的论坛"},
        revisions={"basics.title": 1},
        by=scene.unit.filler,
    )
    assert not conflicts
    shown = detail(desk, submission).text
    assert "修改后的论坛" not in shown.partition("<h2")[2], "a draft is the unit's own affair"
    signoff.request_signoff(packet_id=submission.packet_id, by=scene.unit.filler)
    signoff.sign_off(packet_id=submission.packet_id, by=scene.unit.approver)
    scene.hand_in(submission.packet)
    page = detail(desk, submission)
    (change,) = page.context["differences"]
    assert (change.before, change.after) == ("示例学术论坛", "修改后的论坛")
    older = desk.get(url("version", submission.pk, 1))
    assert "示例学术论坛" in older.text
    assert desk.get(url("version", submission.pk, 9)).status_code == 404


def test_refuses_and_takes_up_again_with_a_reason(scene: Scene, desk: Client) -> None:
    submission = checkable(scene)
    address = url("refuse", submission.pk)
    assert post(desk, address, version=version_id(submission), reason="").status_code == 200
    post(desk, address, version=version_id(submission), reason="不在范围内")
    submission.refresh_from_db()
    assert submission.state == State.NOT_ACCEPTED
    post(desk, url("reopen", submission.pk), reason="误判")
    submission.refresh_from_db()
    assert submission.state == State.SUBMITTED


def test_a_flag_is_settled_with_a_reason(scene: Scene, desk: Client) -> None:
    submission = checkable(scene)
    rule = scene.quota_all
    Rule.objects.filter(pk=rule.pk).update(mode=RuleMode.IN_PRINCIPLE)
    flag = Flag.objects.create(
        application=submission,
        rule=rule,
        kind=FlagKind.IN_PRINCIPLE,
        message="超出原则性限额",
        unit_reason="两个分会合并申报",
        at=clock.now(),
    )
    page = detail(desk, submission)
    assert "两个分会合并申报" in page.text
    address = url("flag", submission.pk, flag.pk)
    post(desk, address, note="")
    assert Flag.objects.get().settled_at is None
    post(desk, address, note="经部长同意")
    assert Flag.objects.get().settled_note == "经部长同意"
    assert post(desk, url("flag", submission.pk, flag.pk + 1), note="x").status_code == 404


@pytest.mark.parametrize(
    ("said", "match"), [("yes", ScanMatch.COMPARED), ("no", ScanMatch.REFUSED)]
)
def test_an_unreadable_scan_is_compared_by_eye(
    scene: Scene, desk: Client, said: str, match: str
) -> None:
    packet = scene.signed()
    scene.scan(packet)
    scene.hand_in(packet)
    scan = SignedScan.objects.get()
    submission = Submission.objects.get()
    assert url("scan", submission.pk, scan.pk) in detail(desk, submission).text
    post(desk, url("scan", submission.pk, scan.pk), matches=said)
    scan.refresh_from_db()
    assert scan.match == match


def test_a_scan_or_flag_of_another_submission_is_not_found(scene: Scene, desk: Client) -> None:
    mine = checkable(scene)
    other = many_submissions(scene, 1)[0]
    scan = SignedScan.objects.get(version__packet=other.packet)
    assert post(desk, url("scan", mine.pk, scan.pk), matches="no").status_code == 404
    scan.refresh_from_db()
    assert scan.match == ScanMatch.MATCHED


def test_decides_and_publishes_from_the_pages(scene: Scene, desk: Client) -> None:
    first, second = accepted(scene), accepted(scene, scene.another_unit())
    page = desk.get(url("deciding", scene.call.pk))
    data = _form(page)
    data |= {f"{first.pk}-outcome": "selected", f"{second.pk}-outcome": "not_selected"}
    response = desk.post(url("deciding", scene.call.pk), {**data, "do": "publish"}, follow=True)
    form = response.context["form"]
    assert first.title in response.text
    assert second.packet.organisation.name not in response.text
    final = {"title": form["title"].value(), "seen": form["seen"].value()}
    for _click in range(2):
        desk.post(url("publish", scene.call.pk), final)
    notice = Notice.objects.get(kind="result")
    first.refresh_from_db()
    assert first.state == State.SELECTED
    call_page = desk.get(url("call", scene.call.pk))
    assert notice.title in call_page.text


def test_a_decision_that_selects_nobody_is_shown_as_its_sentence(
    scene: Scene, desk: Client
) -> None:
    submission = accepted(scene)
    assert not desk.get(url("publish", scene.call.pk)).context["nobody"], "nothing is decided yet"
    data = _form(desk.get(url("deciding", scene.call.pk)))
    data |= {f"{submission.pk}-outcome": "not_selected", "do": "publish"}
    page = desk.post(url("deciding", scene.call.pk), data, follow=True)
    form, sentence = page.context["form"], page.context["sentence"]
    assert '<div class="box warning">' in page.text
    assert f"<p>{sentence}</p>" in page.text
    final = {"title": form["title"].value(), "seen": form["seen"].value()}
    desk.post(url("publish", scene.call.pk), final)
    notice = Notice.objects.get(kind="result")
    assert notice.body == sentence
    public = Client().get(reverse("calls:notice", args=[notice.pk])).text
    assert sentence in public
    assert "<table" not in public


def _form(page: Any) -> dict[str, Any]:
    """What a browser would send for the table as it was loaded."""
    data: dict[str, Any] = {}
    for row in page.context["board"].rows:
        pk = row.submission.pk
        amount = "" if row.amount is None else f"{row.amount:.2f}"
        data |= {
            f"{pk}-base": row.base,
            f"{pk}-revision": row.revision,
            f"{pk}-outcome": row.outcome,
            f"{pk}-amount": amount,
            f"{pk}-rank": "",
            f"{pk}-note": "",
        }
    return data


def test_the_second_of_two_tables_shows_both_choices(scene: Scene, desk: Client) -> None:
    submission = accepted(scene)
    address = url("deciding", scene.call.pk)
    data = _form(desk.get(address))
    other = colleague(scene)
    colleagues = Client()
    colleagues.force_login(other)
    colleagues.post(address, {**data, f"{submission.pk}-outcome": "not_selected"})
    response = desk.post(address, {**data, f"{submission.pk}-outcome": "selected"})
    assert response.status_code == 409
    assert other.name in response.text
    assert Decision.objects.get().outcome == "not_selected"


def test_what_cannot_be_read_is_shown_again_and_the_rest_is_kept(
    scene: Scene, desk: Client
) -> None:
    first, second = accepted(scene), accepted(scene, scene.another_unit())
    address = url("deciding", scene.call.pk)
    data = _form(desk.get(address))
    data |= {
        f"{first.pk}-outcome": "selected",
        f"{first.pk}-rank": "一",
        f"{second.pk}-outcome": "selected",
    }
    response = desk.post(address, data)
    assert response.status_code == 409
    assert Decision.objects.get().application_id == second.pk


def test_forged_values_of_the_table_are_ignored(scene: Scene, desk: Client) -> None:
    submission = accepted(scene)
    data = _form(desk.get(url("deciding", scene.call.pk)))
    data |= {
        f"{submission.pk}-outcome": "president",
        f"{submission.pk}-state": "selected",
        f"{submission.pk}-published_in": "1",
    }
    assert desk.post(url("deciding", scene.call.pk), data).status_code == 409
    assert not Decision.objects.exists()


def test_gives_more_time_to_drafts_alone(scene: Scene, desk: Client) -> None:
    page = url("exceptions", scene.call.pk)
    later = clock.local(scene.call.closes_at).date() + dt.timedelta(days=2)
    data = {
        "do": "extend",
        "extend-closes_on": later.isoformat(),
        "extend-only_drafts": "on",
        "extend-reason": "应单位要求",
    }
    assert desk.post(page, data).status_code == 302
    call = Call.objects.get(pk=scene.call.pk)
    assert (call.closes_at, call.drafts_until) == (scene.call.closes_at, clock.end_of(later))


def test_opens_a_late_door_and_extends_for_all(scene: Scene, desk: Client) -> None:
    address = url("exceptions", scene.call.pk)
    assert desk.get(address).status_code == 200
    later = clock.today() + dt.timedelta(days=20)
    refused = post(desk, address, do="door")
    assert refused.status_code == 200
    assert refused.context["forms"]["door"].errors
    post(
        desk,
        address,
        do="door",
        **{
            "door-organisation": scene.unit.organisation.pk,
            "door-until_0": later.isoformat(),
            "door-until_1": "17:00",
            "door-reason": "系统故障",
        },
    )
    door = LateDoor.objects.get()
    assert clock.local(door.until).isoformat()[:16] == f"{later.isoformat()}T17:00"
    post(
        desk,
        address,
        do="extend",
        **{"extend-closes_on": later.isoformat(), "extend-reason": "应单位要求"},
    )
    assert Call.objects.get().closes_at == clock.end_of(later)
    early = post(
        desk,
        address,
        do="extend",
        **{"extend-closes_on": clock.today().isoformat(), "extend-reason": "x"},
    )
    assert told(early)
    assert Call.objects.get().closes_at == clock.end_of(later)


def test_grants_an_exception_from_a_rule_in_principle_only(scene: Scene, desk: Client) -> None:
    address = url("exceptions", scene.call.pk)
    data = {
        "do": "grant",
        "grant-organisation": scene.unit.organisation.pk,
        "grant-rule": scene.quota_all.pk,
        "grant-reason": "承担省级任务",
    }
    assert desk.post(address, data).context["forms"]["grant"].errors
    Rule.objects.filter(pk=scene.quota_all.pk).update(mode=RuleMode.IN_PRINCIPLE)
    desk.post(address, data)
    assert Grant.objects.get().reason == "承担省级任务"
    assert told(desk.post(address, data)), "twice is told, not an error page"
    assert Grant.objects.count() == 1


def test_a_unit_of_another_association_cannot_be_chosen(scene: Scene, desk: Client) -> None:
    stranger = make_scene().unit.organisation
    page = post(
        desk,
        url("exceptions", scene.call.pk),
        do="door",
        **{
            "door-organisation": stranger.pk,
            "door-until_0": "2027-01-01",
            "door-until_1": "17:00",
            "door-reason": "x",
        },
    )
    assert page.context["forms"]["door"].errors
    assert not LateDoor.objects.exists()


def test_exports_begin_as_jobs_with_a_page_to_watch(scene: Scene, desk: Client) -> None:
    many_submissions(scene, 1)
    for name, data in (("register", {"format": "exe"}), ("dossiers", {})):
        response = desk.post(url(name, scene.call.pk), data)
        assert response.headers["Location"].startswith("/jobs/")
    assert desk.get(url("register", scene.call.pk)).status_code == 405


def test_reading_changes_no_table_of_the_work(scene: Scene, desk: Client) -> None:
    submission = checkable(scene)
    before = (submission.state, FormalCheck.objects.count(), Decision.objects.count())
    for address in (
        url("submission_change", submission.pk),
        url("call", scene.call.pk),
        url("deciding", scene.call.pk),
        url("publish", scene.call.pk),
        url("exceptions", scene.call.pk),
        url("evening", scene.call.pk),
        url("return", submission.pk),
        url("refuse", submission.pk),
    ):
        assert desk.get(address).status_code == 200
    submission.refresh_from_db()
    after = (submission.state, FormalCheck.objects.count(), Decision.objects.count())
    assert after == before
    assert scene.call.state == CallState.PUBLISHED


@pytest.mark.parametrize("partners", [1, 3])
def test_the_page_of_a_check_asks_as_often_whatever_lies_on_it(
    scene: Scene, desk: Client, django_assert_num_queries: Any, partners: int
) -> None:
    from applications.models.partner import Partner, PartnerState

    submission = checkable(scene)
    for number in range(partners):
        Partner.objects.create(
            application=submission, name=f"联合单位{number}", state=PartnerState.NAMED
        )
        Flag.objects.create(
            application=submission, kind=FlagKind.UNKNOWN, message="?", at=clock.now()
        )
    detail(desk, submission)
    with django_assert_num_queries(61):
        detail(desk, submission)
