"""All forms of a call as one zip: set on the way, failures told, strangers kept out."""

from __future__ import annotations

import io
import zipfile
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from applications import printing
from portal.documents.models import Document
from portal.documents.render.pdf import RenderError
from portal.jobs.models import Job, JobState
from reviews import tasks
from reviews.services import batch_printing
from tests.factories.applications import Scene, make_scene, version_of
from tests.factories.people import StaffPostFactory
from tests.factories.reviews import colleague

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    """Three packets of three units are handed in, none is printed yet."""
    made = make_scene()
    made.handed_in()
    for _number in range(2):
        made.handed_in(made.another_unit())
    return made


def _run(scene: Scene, **options: bool) -> tuple[Job, zipfile.ZipFile]:
    job = batch_printing.start_forms(
        call=scene.call, by=scene.officer, with_word=options.get("with_word", False)
    )
    tasks.export_forms(str(job.pk))
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.message
    assert job.result is not None
    return job, zipfile.ZipFile(io.BytesIO(job.result.file.open("rb").read()))


def test_what_waits_is_set_once_and_everything_is_packed(scene: Scene) -> None:
    with mock.patch("portal.documents.render.pdf.render_pdf", return_value=b"%PDF") as render:
        job, archive = _run(scene, with_word=True)
        assert render.call_count == 3
        # A second time nothing is left to set.
        assert sorted(_run(scene)[1].namelist()) == sorted(
            name for name in archive.namelist() if name.endswith(".pdf")
        )
        assert render.call_count == 3
    assert (job.done, job.total) == (3, 3)
    assert sum(name.endswith(".pdf") for name in archive.namelist()) == 3
    assert sum(name.endswith(".docx") for name in archive.namelist()) == 3
    assert archive.testzip() is None
    numbers = {packet.number for packet in scene.call.packets.all()}
    assert {name.rpartition("-")[0] for name in archive.namelist()} == numbers


def test_a_form_that_fails_stops_no_other_and_says_why(scene: Scene) -> None:
    answers = [b"%PDF", RenderError("没有“😀”这个字"), b"%PDF"]
    with mock.patch("portal.documents.render.pdf.render_pdf", side_effect=answers) as render:
        job, archive = _run(scene)
        assert "没有“😀”这个字" in job.message
        assert "没有“😀”这个字" in archive.read(batch_printing.LEFT_OUT).decode()
        assert len(archive.namelist()) == 3
        # Nobody tries it again for ever: that is for a hand.
        _run(scene)
        assert render.call_count == 3


def test_a_form_of_another_worker_is_not_set_twice(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    packet = scene.call.packets.order_by("number").first()
    assert packet is not None
    document = printing.form_of(version_of(packet))
    assert document is not None
    Document.objects.filter(pk=document.pk).update(
        state="rendering", claimed_at=document.created_at, attempts=1
    )
    monkeypatch.setattr(batch_printing, "PATIENCE_SECONDS", 0.6)
    with mock.patch("portal.documents.render.pdf.render_pdf", return_value=b"%PDF") as render:
        job, archive = _run(scene)
        assert render.call_count == 2
    assert "仍在生成中" in job.message
    assert len([name for name in archive.namelist() if name.endswith(".pdf")]) == 2


def test_staff_order_it_and_strangers_do_not(scene: Scene) -> None:
    address = reverse("admin:reviews_forms", args=[scene.call.pk])
    client = Client()
    client.force_login(colleague(scene))
    assert client.post(address, {"word": "yes"}).status_code == 302
    assert Job.objects.get().args == {"call": scene.call.pk, "word": True}
    stranger = StaffPostFactory().user
    client.force_login(stranger)
    assert client.post(address).status_code == 404
    with pytest.raises(PermissionDenied):
        batch_printing.start_forms(call=scene.call, by=stranger, with_word=False)
    job = Job.objects.get()
    job.created_by.posts.update(ended_at=job.created_at)
    with pytest.raises(PermissionDenied):
        tasks.export_forms(str(job.pk))
