"""Storing and serving: row and bytes together, downloads that can do nothing."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError

from portal.errors import RuleViolation
from portal.files.inspection import inspect
from portal.files.models import FileState, StoredFile
from portal.files.orphans import remove_orphans
from portal.files.services import serve, store, store_bytes
from tests.factories.people import UserFactory
from tests.portal.files import samples

pytestmark = pytest.mark.django_db


def upload(name: str = "申报书.pdf", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, samples.pdf() if data is None else data, "text/html")


def stored_paths(settings: Any) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_stored_file_knows_what_it_is(settings: Any) -> None:
    user = UserFactory.create()
    stored = store(upload(), by=user, allowed={"pdf"}, purpose="attachment")
    stored.refresh_from_db()
    assert stored.name == "申报书.pdf"
    assert stored.size == len(samples.pdf())
    assert stored.sha256 == hashlib.sha256(stored.file.read()).hexdigest()
    assert stored.content_type == "application/pdf", "what the browser claims is of no interest"
    assert stored.created_by == user
    assert stored.is_usable


def test_nothing_of_the_name_reaches_the_disk(settings: Any) -> None:
    store(upload("../../evil.pdf"), by=None, allowed={"pdf"})
    (path,) = stored_paths(settings)
    assert "evil" not in str(path)
    assert path.suffix == ""
    assert path.parent.parent == Path(settings.MEDIA_ROOT)


def test_a_refused_file_leaves_neither_row_nor_bytes(settings: Any) -> None:
    with pytest.raises(RuleViolation):
        store(upload(data=samples.EICAR), by=None, allowed={"pdf"})
    assert not StoredFile.objects.exists()
    assert stored_paths(settings) == []


def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("portal.files.storage.os.fsync", no_room)
    settings.MEDIA_ROOT.mkdir(parents=True)
    with pytest.raises(RuleViolation):
        store(upload(), by=None, allowed={"pdf"})
    assert not StoredFile.objects.exists()
    assert stored_paths(settings) == []


def test_another_fault_of_the_disk_is_not_called_a_full_one(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("portal.files.storage.os.fsync", broken)
    with pytest.raises(OSError, match="Input/output"):
        store(upload(), by=None, allowed={"pdf"})


def test_bytes_without_a_row_are_taken_back(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: StoredFile, **kwargs: Any) -> None:
        raise IntegrityError("refused")

    monkeypatch.setattr(StoredFile, "save", refuse)
    with pytest.raises(IntegrityError):
        store(upload(), by=None, allowed={"pdf"})
    assert stored_paths(settings) == []


def test_the_portals_own_files_are_kept_as_they_are() -> None:
    stored = store_bytes(b"a,b\n", name="名单.csv", content_type="text/csv", by=None)
    assert stored.file.read() == b"a,b\n"
    assert stored.sha256 == hashlib.sha256(b"a,b\n").hexdigest()


def test_a_download_can_do_nothing_in_a_browser() -> None:
    response = serve(store(upload("第十三届 年会“报告”.pdf"), by=None, allowed={"pdf"}))
    assert b"".join(response.streaming_content) == samples.pdf()  # type: ignore[arg-type]
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E7%AC%AC%E5%8D%81%E4%B8%89%E5%B1%8A%20%E5%B9%B4%E4%BC%9A"
        "%E2%80%9C%E6%8A%A5%E5%91%8A%E2%80%9D.pdf"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Length"] == str(len(samples.pdf()))


def test_only_harmless_types_are_shown_in_the_window() -> None:
    shown = serve(store(upload(), by=None, allowed={"pdf"}), inline=True)
    assert shown["Content-Disposition"].startswith("inline")
    table = store_bytes(b"<script>", name="a.html", content_type="text/html", by=None)
    assert serve(table, inline=True)["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("state", [FileState.PENDING, FileState.QUARANTINED])
def test_what_is_not_found_clean_is_not_handed_out(state: FileState) -> None:
    stored = store(upload(), by=None, allowed={"pdf"})
    stored.state = state
    with pytest.raises(RuleViolation):
        serve(stored)


def test_an_installation_without_files_has_no_orphans() -> None:
    assert remove_orphans(older_than=dt.timedelta(0)) == 0


def test_only_old_bytes_without_a_row_are_removed(settings: Any) -> None:
    kept = store(upload(), by=None, allowed={"pdf"})
    gone = store(upload(), by=None, allowed={"pdf"})
    lost = str(gone.file.name)
    gone.delete()
    (Path(settings.MEDIA_ROOT) / "notes.txt").write_text("not ours")
    assert remove_orphans(older_than=dt.timedelta(hours=1)) == 0, "its row may still come"
    assert remove_orphans(older_than=dt.timedelta(seconds=-60)) == 1
    assert default_storage.exists(str(kept.file.name))
    assert not default_storage.exists(lost)
    assert (Path(settings.MEDIA_ROOT) / "notes.txt").exists()


def test_the_check_is_the_services_and_not_the_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    real = inspect

    def note(upload: Any, **kwargs: Any) -> Any:
        seen.append(kwargs["name"])
        return real(upload, **kwargs)

    monkeypatch.setattr("portal.files.services.inspect", note)
    store(upload("a.pdf"), by=None, allowed={"pdf"})
    assert seen == ["a.pdf"]
