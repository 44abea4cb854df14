"""Long work: done once, watched by its owner only, honest about how it ended."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from portal import clock
from portal.errors import RuleViolation
from portal.files.services import store_bytes
from portal.jobs import services, tasks
from portal.jobs.models import Job, JobState
from portal.people.models import User
from tests.factories.people import StaffPostFactory, UserFactory

pytestmark = pytest.mark.django_db
Published = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> Published:
    sent: Published = []

    def note(task: str, **kwargs: Any) -> bool:
        sent.append((task, kwargs))
        return True

    monkeypatch.setattr(services, "publish", note)
    monkeypatch.setattr(tasks, "publish", note)
    return sent


def start(by: User | None = None, **changes: Any) -> Job:
    given: dict[str, Any] = {
        "title": "导出名单", "by": by or UserFactory.create(), "task": "some.task", **changes,
    }  # fmt: skip
    return services.start("export", **given)


def again(job: Job) -> Job:
    job.refresh_from_db()
    return job


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_told_after_the_commit(published: Published) -> None:
    with transaction.atomic():
        job = start(args={"call": 7})
        assert published == []
    assert published == [("some.task", {"job_id": str(job.pk)})]
    assert (job.state, job.args) == (JobState.QUEUED, {"call": 7})


def test_work_is_done_once_however_often_the_message_comes() -> None:
    job, runs = start(), []
    for _message in range(3):
        services.run(job.pk, lambda job: runs.append(job.pk))
    assert runs == [job.pk]
    assert again(job).state == JobState.DONE


def test_what_comes_out_is_a_file_or_a_sentence_or_both() -> None:
    file = store_bytes(b"x", name="a.csv", content_type="text/csv", by=None)
    cases: list[tuple[services.Outcome, tuple[object, str]]] = [
        (file, (file, "")),
        ("共 3 行", (None, "共 3 行")),
        ((file, "共 3 行"), (file, "共 3 行")),
        (None, (None, "")),
    ]
    for outcome, expected in cases:
        job = start()

        def work(job: Job, outcome: services.Outcome = outcome) -> services.Outcome:
            return outcome

        services.run(job.pk, work)
        assert (again(job).result, job.message) == expected
        assert job.finished_at is not None


def test_a_refusal_ends_the_job_with_all_its_reasons() -> None:
    job = start()

    def refuse(job: Job) -> None:
        raise RuleViolation(["第 3 行没有单位名称", "第 5 行重复"])

    services.run(job.pk, refuse)
    assert again(job).state == JobState.FAILED
    assert job.message == "第 3 行没有单位名称\n第 5 行重复"


def test_a_fault_ends_the_job_without_telling_its_inside_and_is_raised() -> None:
    job = start()

    def break_down(job: Job) -> None:
        raise ZeroDivisionError("secret detail")

    with pytest.raises(ZeroDivisionError):
        services.run(job.pk, break_down)
    assert again(job).state == JobState.FAILED
    assert "secret detail" not in job.message
    assert job.message


def test_progress_is_seen_while_the_work_goes_on() -> None:
    job, seen = start(), []

    def work(job: Job) -> None:
        services.progress(job, 25, 100, "已读取 25 行")
        seen.append((again(job).percent, job.message, job.state))

    services.run(job.pk, work)
    assert seen == [(25, "已读取 25 行", JobState.RUNNING)]
    assert again(job).percent == 100


def test_progress_of_a_finished_job_changes_nothing() -> None:
    job = start()
    services.run(job.pk, lambda job: "完成")
    services.progress(job, 1, 2, "迟到的消息")
    assert again(job).message == "完成"


def test_lost_messages_are_sent_again_and_dead_workers_noticed(published: Published) -> None:
    lost, fresh, dead, alive = start(), start(), start(), start()
    now = clock.now()
    Job.objects.filter(pk=lost.pk).update(created_at=now - dt.timedelta(minutes=3))
    for job, minutes in ((dead, 11), (alive, 1)):
        Job.objects.filter(pk=job.pk).update(
            state=JobState.RUNNING, alive_at=now - dt.timedelta(minutes=minutes)
        )
    published.clear()
    tasks.sweep()
    assert published == [("some.task", {"job_id": str(lost.pk)})]
    assert again(dead).state == JobState.FAILED
    assert dead.message
    assert again(alive).state == JobState.RUNNING
    assert again(fresh).state == JobState.QUEUED


def test_only_the_owner_watches_a_job() -> None:
    job = start()
    file = store_bytes(b"phone list", name="a.csv", content_type="text/csv", by=None)
    services.run(job.pk, lambda job: file)
    colleague = StaffPostFactory.create().user
    operator = UserFactory.create(is_superuser=True, is_staff=True)
    for path in (f"/jobs/{job.pk}/", f"/jobs/{job.pk}/result"):
        assert signed_in(job.created_by).get(path).status_code == 200
        assert signed_in(colleague).get(path).status_code == 404
        assert signed_in(operator).get(path).status_code == 404
        assert Client().get(path).status_code == 302


def test_the_page_fetches_itself_until_the_job_is_over() -> None:
    job = start(next_url="/my/")
    client = signed_in(job.created_by)
    waiting = client.get(f"/jobs/{job.pk}/")
    assert waiting["Refresh"] == "2"
    assert client.get(f"/jobs/{job.pk}/result").status_code == 404
    services.run(job.pk, lambda job: "共 3 行")
    done = client.get(f"/jobs/{job.pk}/")
    assert "Refresh" not in done
    assert "共 3 行" in done.content.decode()
    assert 'href="/my/"' in done.content.decode()


def test_what_the_work_says_cannot_run_in_the_page() -> None:
    job = start(title="<script>alert(1)</script>")
    services.run(job.pk, lambda job: "<img src=x onerror=alert(2)>")
    text = signed_in(job.created_by).get(f"/jobs/{job.pk}/").content.decode()
    assert "<script>alert" not in text
    assert "<img src=x" not in text
