"""Audit rows cannot be changed, and if somebody manages it, the chain names the row."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from portal.audit import sealing
from portal.audit.models import AuditEntry, ChainHead
from portal.audit.services import record
from portal.people.models import User
from tests.factories.people import UserFactory


def write(count: int) -> list[AuditEntry]:
    user = UserFactory.create()
    return [record("tested", by=user, target=user, step=n, 说明="科协") for n in range(count)]


@contextmanager
def as_an_intruder() -> Iterator[None]:
    """Switch the triggers off, as somebody with the owner's password could."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        yield
        cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER USER")


def verify(**options: str) -> tuple[bool, str]:
    out = StringIO()
    try:
        call_command("verify_audit", stdout=out, **options)
    except CommandError as error:
        return False, out.getvalue() + str(error)
    return True, out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_auditentry SET actor_id = 7",
        "UPDATE audit_auditentry SET at = at - interval '1 day'",
        "UPDATE audit_auditentry SET data = '{}'",
        "UPDATE audit_auditentry SET position = 9, previous_hash = '', hash = 'x', actor_id = 7",
        "UPDATE audit_auditentry SET hash = 'x'",
        "DELETE FROM audit_auditentry",
    ],
)
def test_the_database_refuses_every_change(change: str) -> None:
    write(1)
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
    ):
        cursor.execute(change)


@pytest.mark.django_db
def test_the_database_refuses_to_empty_the_table() -> None:
    write(1)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER audit_no_truncate")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute("TRUNCATE audit_auditentry")


@pytest.mark.django_db
def test_a_sealed_row_is_never_sealed_again() -> None:
    write(1)
    sealing.seal()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.update(position=5, previous_hash="", hash="0" * 64)


@pytest.mark.django_db
def test_the_orm_refuses_as_well() -> None:
    (entry,) = write(1)
    entry.action = "other"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.delete()


@pytest.mark.django_db
def test_sealing_chains_everything_once_across_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 4)
    write(10)
    assert sealing.seal() == 10
    assert sealing.seal() == 0
    rows = list(AuditEntry.objects.sealed())
    assert [row.position for row in rows] == list(range(1, 11))
    assert [row.previous_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]
    write(3)
    sealing.seal()
    assert verify()[0]


@pytest.mark.django_db
def test_a_whole_chain_is_said_to_be_whole_with_its_unsealed_tail() -> None:
    write(5)
    sealing.seal()
    tail = write(2)
    whole, text = verify()
    assert whole
    assert f"not sealed yet: 2 rows, numbers {tail[0].seq} to {tail[1].seq}" in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    ["action = 'other'", "actor_id = 77", "at = at + interval '1 microsecond'",
     "data = data || '{\"step\": 99}'", "target = 'people.user:1'", "ip = '10.0.0.1'",
     "organisation_id = 3", "issuer_id = 3"],
)  # fmt: skip
def test_a_changed_row_is_named(change: str) -> None:
    rows = write(5)
    sealing.seal()
    with as_an_intruder(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE audit_auditentry SET {change} WHERE seq = %s", [rows[2].seq])
    whole, text = verify()
    assert not whole
    assert f"row {rows[2].seq} was changed" in text
    assert f"row {rows[1].seq}" not in text


@pytest.mark.django_db
def test_a_row_changed_with_a_new_hash_is_named_by_the_row_after_it() -> None:
    rows = write(5)
    sealing.seal()
    row = AuditEntry.objects.get(pk=rows[2].seq)
    row.actor_id = 77
    forged = sealing.link_hash(row, row.position or 0, row.previous_hash or "")
    with as_an_intruder():
        AuditEntry.objects.filter(pk=row.pk).update(actor_id=77, hash=forged)
    whole, text = verify()
    assert not whole
    assert f"row {rows[3].seq} does not follow" in text


@pytest.mark.django_db
def test_a_removed_row_leaves_a_gap() -> None:
    rows = write(5)
    sealing.seal()
    with as_an_intruder():
        AuditEntry.objects.filter(pk=rows[2].seq).delete()
    whole, text = verify()
    assert not whole
    assert f"places 3 to 3 of the chain are missing before {rows[3].seq}" in text


@pytest.mark.django_db
def test_a_cut_off_end_is_noticed() -> None:
    rows = write(5)
    sealing.seal()
    with as_an_intruder():
        AuditEntry.objects.filter(pk__gte=rows[3].seq).delete()
    whole, text = verify()
    assert not whole
    assert "ends at place 3, its head is at place 5" in text


@pytest.mark.django_db
def test_swapped_rows_are_named() -> None:
    rows = write(5)
    sealing.seal()
    with as_an_intruder(), connection.cursor() as cursor:
        places = dict(AuditEntry.objects.values_list("seq", "position"))
        first, second = rows[1].seq, rows[3].seq
        cursor.execute("UPDATE audit_auditentry SET position = 100 WHERE seq = %s", [first])
        for seq, place in ((second, places[first]), (first, places[second])):
            cursor.execute("UPDATE audit_auditentry SET position = %s WHERE seq = %s", [place, seq])
    whole, text = verify()
    assert not whole
    assert f"row {first} was changed" in text
    assert f"row {second} was changed" in text


@pytest.mark.django_db
def test_a_chain_forged_as_a_whole_does_not_hold_a_hash_noted_elsewhere() -> None:
    write(5)
    sealing.seal()
    noted = ChainHead.objects.get().hash
    assert verify(contains=noted)[0]
    with as_an_intruder():
        AuditEntry.objects.update(position=None, previous_hash=None, hash=None, actor_id=77)
    ChainHead.objects.update(position=0, hash="")
    sealing.seal()
    assert verify()[0], "nobody can see this from the table alone"
    whole, text = verify(contains=noted)
    assert not whole
    assert noted in text


@pytest.mark.django_db(transaction=True)
def test_a_row_that_commits_late_is_chained_later_and_not_skipped() -> None:
    began, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            record("slow", by=None, target=None)
            began.set()
            may_commit.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    began.wait(10)
    record("quick", by=None, target=None)
    assert sealing.seal() == 1
    may_commit.set()
    thread.join()
    assert sealing.seal() == 1
    late = AuditEntry.objects.get(action="slow")
    quick = AuditEntry.objects.get(action="quick")
    assert late.seq < quick.seq
    assert (quick.position, late.position) == (1, 2)
    assert verify()[0]


@pytest.mark.django_db(transaction=True)
def test_several_sealers_at_once_make_one_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 7)
    write(200)
    sealed: list[int] = []

    def work() -> None:
        sealed.append(sealing.seal())
        connection.close()

    threads = [threading.Thread(target=work) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sealing.seal()
    assert verify()[0]
    assert list(AuditEntry.objects.sealed().values_list("position", flat=True)) == list(
        range(1, 201)
    )


@pytest.mark.django_db
def test_rows_go_with_the_transaction_they_speak_of() -> None:
    user = UserFactory.create()

    with transaction.atomic():
        record("undone", by=user, target=user)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.filter(action="undone").exists()


@pytest.mark.django_db
def test_a_person_can_be_removed_without_touching_her_rows() -> None:
    user = UserFactory.create()
    record("tested", by=user, target=user)
    key = user.pk
    user.delete()
    assert AuditEntry.objects.get(action="tested").actor_id == key
    assert not User.objects.filter(pk=key).exists()
