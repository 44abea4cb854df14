"""What of a closed project becomes public: chosen by staff, never a secret, gone when taken off."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image

from applications.models import Application, Deliverable, Participation
from applications.services import deliverables
from applications.states import State
from portal import clock
from portal.errors import RuleViolation
from portal.people.enums import StaffRole
from reviews.models import Showcase
from reviews.services import showing
from tests.factories.execution import accept, completed, execution_scene, give_in, piece, write
from tests.factories.reviews import Scene, colleague, many_submissions, submission_of


@pytest.fixture(autouse=True)
def _in_english(settings: Any) -> Iterator[None]:
    """Read refusals as they are written in the code; no second factor."""
    settings.DEMO = True
    with translation.override("en"):
        yield


def camera_picture() -> SimpleUploadedFile:
    """Return a picture as a telephone writes it: lying, with a place and the camera's name."""
    image, target = Image.new("RGB", (2400, 1200), "#336699"), io.BytesIO()
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SECRET-CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    image.save(target, "JPEG", exif=exif)
    return SimpleUploadedFile("IMG_0001.jpg", target.getvalue(), "image/jpeg")


@pytest.fixture
def closed(db: None) -> tuple[Scene, Application]:
    """A closed project with an accepted report and one photo."""
    scene = execution_scene()
    project = completed(scene)
    row = piece(project, "信息报道稿")
    write(scene, row, "论坛圆满举行，线下参会300人。", photos=0)
    deliverables.attach(
        deliverable_id=row.pk, upload=camera_picture(), photo=True, by=scene.unit.filler
    )
    accept(scene, give_in(scene, row))
    Application.objects.filter(pk=project.pk).update(state=State.CLOSED)
    return scene, Application.objects.get(pk=project.pk)


def show(scene: Scene, application: Application, **changes: Any) -> Showcase:
    offer = showing.offer_of(submission_of(application))
    usual: dict[str, Any] = {
        "application_id": application.pk,
        "title": "学术论坛",
        "text": offer.texts[0][1] if offer.texts else "",
        "with_amount": False,
        "photos": {photo.pk: "会场" for photo in offer.photos},
        "by": scene.officer,
    }
    return showing.publish(**(usual | changes))


def test_what_staff_choose_is_public_and_nothing_else(closed: tuple[Scene, Application]) -> None:
    scene, application = closed
    shown = show(scene, application)
    page = Client().get(reverse("showcase:project", args=[shown.pk]))
    assert "线下参会300人" in page.text
    for secret in (scene.unit.filler.name, scene.unit.filler.phone, str(application.pk),
                   "目的", application.number or "-"):  # fmt: skip
        assert secret not in page.text
    photo = shown.photos.get()
    answer = Client().get(reverse("showcase:photo", args=[shown.pk, photo.pk]))
    data = b"".join(answer)
    made = Image.open(io.BytesIO(data))
    assert b"SECRET-CAMERA" not in data
    assert not made.getexif()
    # Turned upright and made smaller.
    assert made.size == (800, 1600)
    assert "private" not in answer.headers["Cache-Control"]
    listed = Client().get(reverse("showcase:projects"))
    assert "学术论坛" in listed.text


def test_shown_again_it_says_the_new_and_keeps_the_picture(
    closed: tuple[Scene, Application],
) -> None:
    scene, application = closed
    first = show(scene, application)
    picture = first.photos.get().picture_id
    again = show(
        scene,
        application,
        title="新标题",
        photos=dict.fromkeys(
            [p.pk for p in showing.offer_of(submission_of(application)).photos], "主会场"
        ),
    )
    assert again.pk == first.pk
    assert (again.photos.get().picture_id, again.photos.get().caption) == (picture, "主会场")
    assert "新标题" in Client().get(reverse("showcase:project", args=[again.pk])).text
    bare = show(scene, application, photos={})
    assert not bare.photos.exists()


def test_taken_off_it_is_gone_at_once(
    closed: tuple[Scene, Application], django_capture_on_commit_callbacks: Any
) -> None:
    scene, application = closed
    with django_capture_on_commit_callbacks(execute=True):
        shown = show(scene, application)
    address = reverse("showcase:project", args=[shown.pk])
    photo = reverse("showcase:photo", args=[shown.pk, shown.photos.get().pk])
    assert Client().get(address).status_code == 200
    with translation.override("en"), pytest.raises(RuleViolation, match="Say why"):
        showing.withdraw(application_id=application.pk, reason=" ", by=scene.officer)
    with django_capture_on_commit_callbacks(execute=True):
        showing.withdraw(application_id=application.pk, reason="照片有误", by=scene.officer)
    assert Client().get(address).status_code == 404
    assert Client().get(photo).status_code == 404
    assert "学术论坛" not in Client().get(reverse("showcase:projects")).text
    with translation.override("en"), pytest.raises(RuleViolation, match="Nothing"):
        showing.withdraw(application_id=application.pk, reason="再", by=scene.officer)


def test_a_secret_stays_one(closed: tuple[Scene, Application]) -> None:
    scene, application = closed
    Deliverable.objects.filter(project=application.pk).update(has_confidential=True)
    offer = showing.offer_of(submission_of(application))
    assert (offer.texts, offer.photos, offer.kept_back) == ((), (), ("信息报道稿",))
    Participation.objects.filter(call=scene.call).update(
        has_confidential=True, confidential_by=scene.unit.filler, confidential_at=clock.now()
    )
    assert showing.offer_of(submission_of(application)).reasons
    with pytest.raises(RuleViolation, match="confidential"):
        show(scene, application, photos={})


def test_refuses_with_every_reason(closed: tuple[Scene, Application]) -> None:
    scene, application = closed
    with pytest.raises(RuleViolation) as refused:
        show(scene, application, title=" ", text="长" * 20_001, photos={scene_file(scene): ""})
    assert len(refused.value.reasons) == 3
    for by in (colleague(scene, StaffRole.OFFICIAL), scene.unit.filler):
        with pytest.raises(PermissionDenied):
            show(scene, application, by=by)
    Application.objects.filter(pk=application.pk).update(state=State.COMPLETED)
    with pytest.raises(RuleViolation, match="closed projects"):
        show(scene, application, photos={})


def scene_file(scene: Scene) -> Any:
    """Return the key of a file that is no photo of the project: the stamped scan."""
    from applications.models import SignedScan

    return SignedScan.objects.filter(version__packet__call=scene.call)[0].file_id


def test_staff_choose_on_their_page(closed: tuple[Scene, Application]) -> None:
    scene, application = closed
    browser = Client()
    browser.force_login(scene.officer)
    address = reverse("admin:reviews_openness", args=[application.pk])
    page = browser.get(address)
    (offered,) = page.context["photos"]
    photo = offered.file
    assert not offered.chosen
    # Whoever decides sees what it shows.
    looked_at = reverse("admin:reviews_deliverable_file", args=[offered.deliverable, photo.pk])
    assert f"{looked_at}?show" in page.text
    assert browser.get(f"{looked_at}?show").headers["Content-Type"].startswith("image/")
    sent = {
        "do": "publish", "title": "示范项目", "text": "摘要", "with_amount": "on",
        "photo": [str(photo.pk)], f"caption-{photo.pk}": "开幕式",
    }  # fmt: skip
    assert browser.post(address, sent).status_code == 302
    shown = Showcase.objects.get()
    assert shown.photos.get().caption == "开幕式"
    (again,) = browser.get(address).context["photos"]
    assert (again.chosen, again.caption) == (True, "开幕式")
    # A unit that says too late that there is a secret: what is shown can still be taken off.
    Participation.objects.filter(call=scene.call).update(
        has_confidential=True, confidential_by=scene.unit.filler, confidential_at=clock.now()
    )
    assert 'value="withdraw"' in browser.get(address).text
    browser.post(address, {"do": "withdraw", "reason": "有误"})
    assert not Showcase.objects.public().exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_often_for_many_as_for_one(
    scene: Scene, django_assert_num_queries: Any, rows: int
) -> None:
    for number, application in enumerate(many_submissions(scene, rows, State.CLOSED)):
        Showcase.objects.create(
            application=application, title=f"项目{number}", unit_name="省学会", text="热电材料",
            published_at=clock.now(), by=scene.officer, at=clock.now(),
        )  # fmt: skip
    browser = Client()
    browser.get(reverse("showcase:projects"), {"q": "无"})
    with django_assert_num_queries(5):
        page = browser.get(reverse("showcase:projects"), {"q": "热电 省学会"})
    assert page.text.count("project-list") == 1
    assert f"项目{rows - 1}" in page.text
    assert "项目0" not in browser.get(reverse("showcase:projects"), {"q": "光学"}).text
