"""The admin site: sign-in, dashboard, order of lists, and that nothing of others is on any page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from applications.models import Flag
from applications.models.handin import FlagKind
from portal import clock
from portal.people.enums import StaffRole
from portal.people.models import YearlyFact
from reviews.models import CheckItem, Decision, ListApproval, Objection, Publicity
from reviews.services import checking
from tests.factories.calls import NoticeFactory, published_call
from tests.factories.people import (
    AffiliationFactory,
    FactCodeFactory,
    StaffPostFactory,
    YearlyFactFactory,
)
from tests.factories.reviews import (
    Scene,
    accepted,
    checkable,
    colleague,
    make_scene,
    many_submissions,
    submission_of,
    version_id,
)

INDEX = reverse("admin:index")
# Planted in every text of the other association that a page could show.
CANARY = "金丝雀"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_there_is_one_sign_in_page_for_all(db: None) -> None:
    for url in (INDEX, reverse("admin:reviews_submission_changelist"), reverse("admin:login")):
        target = INDEX if url == reverse("admin:login") else url
        last, _status = Client().get(url, follow=True).redirect_chain[-1]
        assert unquote(last) == f"{reverse('account_login')}?next={target}"


def test_to_a_member_of_a_unit_the_admin_does_not_exist(scene: Scene) -> None:
    client = signed_in(scene.unit.administrator)
    for url in (INDEX, reverse("admin:reviews_submission_changelist"), "/admin/nowhere/"):
        assert client.get(url).status_code == 404


def test_the_head_names_the_association(scene: Scene, desk: Client) -> None:
    assert desk.get(INDEX).context["site_header"] == scene.issuer.organisation.name


def test_a_former_member_of_staff_is_outside(scene: Scene) -> None:
    from portal.roles import equip

    former = colleague(scene)
    former.posts.update(ended_at=clock.now())
    equip(former)
    assert signed_in(former).get(INDEX).status_code == 404


def test_every_count_equals_the_list_it_leads_to(scene: Scene, desk: Client) -> None:
    checkable(scene)
    scene.handed_in(scene.another_unit())
    third = scene.another_unit()
    packet = scene.signed(third)
    scene.scan(packet, third)
    scene.hand_in(packet, third)
    flagged = many_submissions(scene, 1)[0]
    Flag.objects.create(application=flagged, kind=FlagKind.UNKNOWN, message="?", at=clock.now())
    AffiliationFactory(issuer=scene.issuer, state="pending")
    index = desk.get(INDEX).context
    tiles = [*index["tiles"], *index["idle"]]
    assert all(tile.count and tile.first for tile in index["tiles"])
    queue = reverse("admin:reviews_submission_changelist")
    counted = {tile.url: tile.count for tile in tiles if tile.url.startswith(queue)}
    assert sorted(counted.values()) == [0, 1, 1, 1, 4]
    assert [tile.count for tile in index["idle"]] == [0] * len(index["idle"])
    for url, count in counted.items():
        rows = desk.get(url).context["cl"].result_list
        assert len(rows) == count, url
    others = [tile for tile in tiles if tile.url and not tile.url.startswith(queue)]
    assert len(others) >= 3
    for tile in others:
        page = desk.get(tile.url).context
        rows = page["cl"].result_list if "cl" in page else page["rows"]
        assert len(rows) == tile.count, tile.label


def test_lists_and_objections_that_wait_are_counted_and_listed(scene: Scene, desk: Client) -> None:
    now = clock.now()
    soon, later = clock.end_of(clock.today()), clock.end_of(clock.today() + dt.timedelta(days=2))
    lists: dict[str, Publicity] = {}
    for which, ends_at in (("over", now), ("today", soon), ("later", later)):
        call = scene.call if which == "today" else published_call(issuer=scene.issuer)
        lists[which] = Publicity.objects.create(
            call=call, notice=NoticeFactory(issuer=scene.issuer, title=which),
            begins_at=now - dt.timedelta(days=3), ends_at=ends_at, by=scene.officer,
        )  # fmt: skip
    for state, answer in (("filed", ""), ("examined", ""), ("dismissed", "已答复")):
        Objection.objects.create(
            publicity=lists["today"], number=state, code_sha256=state, name="张三",
            phone="0000-1", text="不符", filed_at=now, state=state, answer=answer,
        )  # fmt: skip
    ListApproval.objects.create(
        call=scene.call, seen="x", proposed_by=scene.officer, proposed_at=now
    )
    wanted: dict[str, list[str | None]] = {"objections": ["examined", "filed"], "approval": [None], "ending": ["today"],
              "over": ["over"]}  # fmt: skip
    tiles = {t.url: t.count for t in desk.get(INDEX).context["tiles"]}
    for wait, titles in wanted.items():
        url = f"{reverse('admin:reviews_waiting')}?show={wait}"
        page = desk.get(url)
        rows = page.context["rows"]
        assert tiles[url] == len(rows) == len(titles), wait
        assert titles == [None] or [row.title for row in rows] == titles
        assert "张三" not in page.text
        for row in rows:
            assert desk.get(row.url).status_code == 200
    stranger = signed_in(StaffPostFactory().user)
    for wait in wanted:
        assert not stranger.get(f"{reverse('admin:reviews_waiting')}?show={wait}").context["rows"]


@pytest.mark.parametrize("rows", [1, 30])
def test_the_dashboard_asks_as_often_for_much_work_as_for_little(
    scene: Scene, desk: Client, django_assert_num_queries: Any, rows: int
) -> None:
    many_submissions(scene, rows)
    desk.get(INDEX)
    with django_assert_num_queries(26):
        desk.get(INDEX)


def test_the_card_of_a_call_counts_against_its_places(scene: Scene, desk: Client) -> None:
    accepted(scene)
    scene.handed_in(scene.another_unit())
    scene.drafted(scene.another_unit())
    (card,) = desk.get(INDEX).context["cards"]
    total = card.tally.total
    assert (total.begun, total.handed_in, total.to_check, total.accepted) == (1, 2, 1, 1)
    assert card.tally.slots == 6


def test_lists_stand_in_the_order_of_the_work(scene: Scene, desk: Client) -> None:
    apps = desk.get(INDEX).context["app_list"]
    first = [model["object_name"] for model in apps[0]["models"]]
    assert "Submission" in first
    assert {"User", "Group", "EmailAddress"}.isdisjoint(
        model["object_name"] for app in apps for model in app["models"]
    )


# Walk the registry: every page opens for its own staff and shows nothing of another's. ----------


@pytest.fixture
def theirs(db: None) -> Scene:
    """Another association with everything, each text of it marked."""
    scene = make_scene()
    organisation = scene.issuer.organisation
    organisation.name = f"{CANARY}科协"
    organisation.save(update_fields=["name"])
    scene.call.title = f"{CANARY}征集"
    scene.call.save(update_fields=["title"])
    scene.call.notice.title = f"{CANARY}通知"
    scene.call.notice.save(update_fields=["title"])
    scene.unit.organisation.name = f"{CANARY}学会"
    scene.unit.organisation.save(update_fields=["name"])
    scene.officer.name = f"{CANARY}经办"
    scene.officer.save(update_fields=["name"])
    code = FactCodeFactory(issuer=scene.issuer, label=f"{CANARY}年检")
    YearlyFactFactory(organisation=scene.unit.organisation, code=code)
    CheckItem.objects.create(call=scene.call, text=f"{CANARY}条目")
    _work_on(scene, f"{CANARY}备注")
    return scene


def _work_on(scene: Scene, note: str) -> None:
    """Leave a check, a decision and a flag behind."""
    submission = accepted(scene)
    checking.reopen(application_id=submission.pk, by=scene.officer, reason=note)
    checking.accept(
        application_id=submission.pk, version_id=version_id(submission), by=scene.officer
    )
    Decision.objects.create(
        application=submission, outcome="selected", note=note, by=scene.officer, at=clock.now()
    )


@pytest.fixture
def ours(scene: Scene) -> Scene:
    """The person's own association, with something on every list."""
    code = FactCodeFactory(issuer=scene.issuer)
    YearlyFactFactory(organisation=scene.unit.organisation, code=code)
    CheckItem.objects.create(call=scene.call, text="自有条目")
    _work_on(scene, "自有备注")
    return scene


def admins() -> Iterator[tuple[type[Model], ModelAdmin[Any]]]:
    """Every registered model that is not the operator's alone."""
    yield from admin.site._registry.items()


def pages_of(model: type[Model], model_admin: ModelAdmin[Any], pk: Any) -> dict[str, str]:
    """The addresses of the pages a model has, for one of its rows."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    return {
        "list": reverse(f"{name}_changelist"),
        "add": reverse(f"{name}_add"),
        "change": reverse(f"{name}_change", args=[pk]),
        "history": reverse(f"{name}_history", args=[pk]),
        "delete": reverse(f"{name}_delete", args=[pk]),
    }


def rows_of(model_admin: ModelAdmin[Any], client: Client) -> set[Any]:
    """The rows of a list as its page offers them."""
    name = f"{model_admin.model._meta.app_label}_{model_admin.model._meta.model_name}"
    response = client.get(reverse(f"admin:{name}_changelist"))
    if response.status_code != 200 or "cl" not in (response.context or {}):
        return set()
    return {row.pk for row in response.context["cl"].result_list}


@pytest.mark.parametrize("role", [StaffRole.OFFICER, StaffRole.HEAD, StaffRole.OFFICIAL])
def test_every_page_of_the_admin_opens_and_shows_nothing_of_another_association(
    ours: Scene, theirs: Scene, role: StaffRole
) -> None:
    client = signed_in(colleague(ours, role))
    opened = 0
    for model, model_admin in admins():
        rows = rows_of(model_admin, client)
        pk = next(iter(rows), None)
        if pk is None:
            continue
        for kind, url in pages_of(model, model_admin, pk).items():
            response = client.get(url, follow=True)
            assert response.status_code in (200, 403, 404 if kind == "add" else 403), (model, kind)
            assert CANARY not in response.text, (model, kind)
            opened += response.status_code == 200
        if role == StaffRole.OFFICIAL:
            add = client.get(pages_of(model, model_admin, pk)["add"])
            delete = client.get(pages_of(model, model_admin, pk)["delete"])
            assert add.status_code in (403, 404) or _leads_nowhere(client, add), model
            assert delete.status_code in (403, 404), model
    assert opened > 20


def _leads_nowhere(client: Client, response: Any) -> bool:
    """A page of our own in the place of Django's form: the redirect ends in a refusal."""
    return client.get(response.headers.get("Location", "/")).status_code in (403, 404)


def test_no_row_of_another_association_opens(ours: Scene, theirs: Scene) -> None:
    mine, other = signed_in(ours.officer), signed_in(theirs.officer)
    walked = 0
    for model, model_admin in admins():
        foreign = rows_of(model_admin, other) - rows_of(model_admin, mine)
        for pk in foreign:
            for kind in ("change", "history", "delete"):
                url = pages_of(model, model_admin, pk)[kind]
                response = mine.get(url, follow=True)
                assert CANARY not in response.text, (model, kind)
                walked += 1
    assert walked > 20
    assert YearlyFact.objects.count() == 2


def test_autocomplete_offers_nothing_of_another_association(ours: Scene, theirs: Scene) -> None:
    client = signed_in(ours.officer)
    asked = 0
    for model, model_admin in admins():
        for name in model_admin.get_autocomplete_fields(client.request().wsgi_request):
            response = client.get(
                reverse("admin:autocomplete"),
                {
                    "app_label": model._meta.app_label,
                    "model_name": model._meta.model_name or "",
                    "field_name": name,
                    "term": "",
                },
            )
            assert CANARY not in response.text, (model, name)
            asked += 1
    assert asked >= 0


def test_an_official_reads_everything_and_changes_nothing(scene: Scene) -> None:
    submission = checkable(scene)
    client = signed_in(colleague(scene, StaffRole.OFFICIAL))
    pk, call = submission.pk, scene.call.pk
    readable = [
        reverse("admin:reviews_submission_change", args=[pk]),
        reverse("admin:reviews_call", args=[call]),
        reverse("admin:reviews_deciding", args=[call]),
        reverse("admin:reviews_exceptions", args=[call]),
        reverse("admin:reviews_version", args=[pk, 1]),
    ]
    for url in readable:
        page = client.get(url)
        assert page.status_code == 200, url
        assert 'name="do"' not in page.text, url
    version = version_id(submission)
    scan = submission.packet.versions.get().scans.get()
    writes = {
        reverse("admin:reviews_check", args=[pk]): {"do": "accept", "version": version},
        reverse("admin:reviews_return", args=[pk]): {"reason": "x", "version": version},
        reverse("admin:reviews_refuse", args=[pk]): {"reason": "x", "version": version},
        reverse("admin:reviews_reopen", args=[pk]): {"reason": "x"},
        reverse("admin:reviews_scan", args=[pk, scan.pk]): {"matches": "no"},
        reverse("admin:reviews_accept_many"): {"chosen": f"{pk}:{version}"},
        reverse("admin:reviews_deciding", args=[call]): {"do": "save"},
        reverse("admin:reviews_publish", args=[call]): {"title": "x", "seen": "x"},
        reverse("admin:reviews_exceptions", args=[call]): {"do": "extend"},
    }
    for url, data in writes.items():
        assert client.post(url, data).status_code == 403, url
    submission.refresh_from_db()
    assert submission == submission_of(submission)
    assert submission.state == "submitted"


def test_staff_of_another_association_find_no_page_of_ours(scene: Scene) -> None:
    submission = checkable(scene)
    client = signed_in(StaffPostFactory().user)
    pk, call = submission.pk, scene.call.pk
    pages: dict[str, list[Any]] = {
        "reviews_call": [call],
        "reviews_evening": [call],
        "reviews_evening_table": [call],
        "reviews_deciding": [call],
        "reviews_publish": [call],
        "reviews_exceptions": [call],
        "reviews_submission_change": [pk],
        "reviews_return": [pk],
        "reviews_refuse": [pk],
        "reviews_reopen": [pk],
        "reviews_version": [pk, 1],
        "reviews_paper": [pk, "content"],
        "reviews_dossier": [pk],
    }
    for name, args in pages.items():
        assert client.get(reverse(f"admin:{name}", args=args)).status_code == 404, name
    for name in ("reviews_register", "reviews_dossiers"):
        assert client.post(reverse(f"admin:{name}", args=[call])).status_code == 404, name
    for name in ("reviews_check", "reviews_return", "reviews_refuse"):
        assert client.post(reverse(f"admin:{name}", args=[pk])).status_code == 404, name
