"""Columns chosen and names by a pattern: files, folders, what a pattern may not say."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from applications.models import Application
from portal.errors import RuleViolation
from portal.jobs.models import Job
from reviews import exports, tasks
from reviews.naming import FILE_WORDS, FOLDER_WORDS, Names, filled, refusals
from reviews.services import exporting
from tests.factories.reviews import Scene, many_submissions


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Read refusals as they are written in the code."""
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("pattern", "sound"),
    [
        ("", True),
        ("{编号}-{单位}", True),
        ("材料", True),
        ("{number}", False),
        ("{编号", False),
        ("{}", False),
        ("{{编号}}", False),
        ("长" * 121, False),
    ],
)
def test_a_pattern_says_only_what_is_known(pattern: str, sound: bool) -> None:
    assert bool(refusals(pattern, FOLDER_WORDS)) is not sound


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{编号}-{单位}", "A-1-省学会"),
        ("{项目}", "-..-etc"),
        ("../{编号}", "-A-1"),
        ("{结果}", "-"),
        ("{编号}/{单位}", "A-1-省学会"),
    ],
)
def test_a_name_never_leaves_its_folder(pattern: str, name: str) -> None:
    words = {"编号": "A-1", "单位": "省学会", "项目": "../../etc", "结果": None}
    found = filled(pattern, words)
    assert "/" not in found
    assert not found.startswith(".")
    assert found.strip("-.") == name.strip("-.")


def test_names_alike_get_a_number() -> None:
    names = Names()
    assert [names.give(name) for name in ("a", "A", "a", "b")] == ["a", "A-2", "a-3", "b"]


def test_only_the_columns_chosen_are_written(scene: Scene) -> None:
    many_submissions(scene, 1)
    job = exporting.start_register(
        call=scene.call, by=scene.officer, form="csv", personal=False,
        codes=["title", "unit", "filler_phone"], pattern="{年度}-{通知}",
    )  # fmt: skip
    tasks.export_register(str(job.pk))
    job.refresh_from_db()
    assert job.result is not None
    assert job.result.name == f"2026-{scene.call.title}.csv"
    heads, line = csv.reader(io.StringIO(job.result.file.read().decode("utf-8-sig")))
    assert len(heads) == len(line) == 2
    assert line[1] == "示例项目 0"
    assert exporting.last_choice(scene.officer, scene.call)["columns"] == ["unit", "title"]


def test_a_choice_of_nothing_is_refused(scene: Scene, desk: Client) -> None:
    wrongs: list[dict[str, Any]] = [{"codes": []}, {"pattern": "{谁}"}]
    for wrong in wrongs:
        with pytest.raises(RuleViolation):
            exporting.start_register(
                call=scene.call, by=scene.officer, form="csv", personal=False, **wrong
            )
    with pytest.raises(RuleViolation, match="braces"):
        exporting.start_dossiers(call=scene.call, by=scene.officer, pattern=f"{{{FILE_WORDS[0]}}}")
    sent = {"chosen": "yes", "column": ["number"], "pattern": "{谁}的表"}
    page = desk.post(reverse("admin:reviews_register", args=[scene.call.pk]), sent)
    assert (page.status_code, page.context["file_pattern"]) == (409, "{谁}的表")
    kept = [code for code, *_rest, on in page.context["columns"] if on]
    assert kept == ["number"], "what was chosen is still chosen"
    assert '<details class="columns" open>' in page.text
    address = reverse("admin:reviews_dossiers", args=[scene.call.pk])
    assert desk.post(address, {"pattern": "{谁}"}).context["folder_pattern"] == "{谁}"
    assert not Job.objects.exists()


def test_the_chooser_opens_as_it_was_left(scene: Scene, desk: Client) -> None:
    address = reverse("admin:reviews_call", args=[scene.call.pk])
    chosen = [code for code, *_rest, on in desk.get(address).context["columns"] if on]
    assert chosen == [c.code for c in exports.COLUMNS if not c.personal]
    desk.post(
        reverse("admin:reviews_register", args=[scene.call.pk]),
        {"chosen": "yes", "column": ["number", "rank"], "pattern": "{日期}"},
    )
    page = desk.get(address)
    assert [code for code, *_rest, on in page.context["columns"] if on] == ["number", "rank"]
    assert page.context["file_pattern"] == "{日期}"


def test_folders_are_named_by_the_pattern_and_never_twice(scene: Scene) -> None:
    many_submissions(scene, 2)
    Application.objects.update(title="同名/项目")
    job = exporting.start_dossiers(call=scene.call, by=scene.officer, pattern="{项目}")
    tasks.export_dossiers(str(job.pk))
    job.refresh_from_db()
    assert job.result is not None, job.message
    archive = zipfile.ZipFile(job.result.file.open("rb"))
    folders = {name.partition("/")[0] for name in archive.namelist()}
    assert folders == {"同名-项目", "同名-项目-2"}
