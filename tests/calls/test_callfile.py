"""Call files: read line by line, refused with a line and a sentence, written back equal."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.callfile import read_call, schema, write_call
from calls.callfile.instants import read_instant, write_instant
from calls.callfile.parsing import parse
from calls.enums import (
    CallState,
    DeliverableKind,
    DeliverableTable,
    FieldRole,
    PublicityCounting,
    ReviewKind,
    ScoreMethod,
    TieBreak,
)
from calls.forms_schema import OPTIONS
from calls.models import Call, FormField, Notice, Rule
from calls.rules import KINDS
from calls.services.freeze import schema_of
from portal import clock
from portal.audit.models import AuditEntry
from portal.errors import RuleViolation
from portal.people.models import FactCode
from tests.factories.calls import CALL_FILES, seed_call
from tests.factories.people import IssuerFactory

SEEDS = ("jilin-2024", "jiaxing-2023")

SMALL = """\
format: 1
call:
  code: small
  title: 示例征集
  year: 2026
  opens_at: 2026-03-01
  closes_at: 2026-04-01 17:00
  form_title: 示例申报书
notice:
  title: 示例通知
  body: 示例正文
contacts:
  - {name: 示例联系人, phone: 0000-1}
categories:
  - {code: only, title: 示例类别, places: 2, money: 1500.5}
rules:
  - kind: quota
    params: {limit: 1, scope: call}
form:
  - code: basic
    title: 基本信息
    fields:
      - {code: title, label: 名称, kind: short_text, role: title}
"""


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def refusals(text: str) -> list[str]:
    with pytest.raises(RuleViolation) as refused:
        read_call(text, issuer=IssuerFactory(), by=None)
    return [reason.message for reason in refused.value.reasons]


@pytest.mark.django_db
@pytest.mark.parametrize("name", SEEDS)
def test_what_is_written_is_what_was_read(name: str) -> None:
    text = (CALL_FILES / f"{name}.yaml").read_text(encoding="utf-8")
    call = read_call(text, issuer=IssuerFactory(slug=name.partition("-")[0]), by=None)
    written = write_call(call)
    assert parse(written).data == parse(text).data
    again = read_call(written, issuer=IssuerFactory(slug="other"), by=None)
    assert write_call(again) == written.replace(f"issuer: {call.issuer.slug}", "issuer: other")
    assert schema_of(again) == schema_of(call)


@pytest.mark.django_db
def test_a_small_file_makes_a_draft_with_everything_in_it() -> None:
    issuer = IssuerFactory()
    call = read_call(SMALL, issuer=issuer, by=None)
    assert (call.issuer, call.state, call.revision) == (issuer, CallState.DRAFT, 0)
    assert clock.local(call.opens_at).isoformat() == "2026-03-01T00:00:00+08:00"
    assert clock.local(call.closes_at).isoformat() == "2026-04-01T17:00:00+08:00"
    category = call.categories.get()
    assert (category.slots_min, category.slots_max) == (2, 2)
    assert (category.amount_min, category.amount_max) == (Decimal("1500.50"), Decimal("1500.50"))
    assert Rule.objects.get(call=call).params == {"limit": 1, "scope": "call"}
    assert FormField.objects.get(section__call=call).required
    assert AuditEntry.objects.filter(action="call_imported").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("format: 1", "format: 2", "Line 1: “format”: 1, the only format there is is expected"),
        ("  year: 2026\n", "", "Line 2: “call” lacks year."),
        (
            "year: 2026",
            "year: soon",
            "Line 5: “call / year”: a whole number is expected, not soon.",
        ),
        ("year: 2026", "year: 1889", "Line 5"),
        (
            "  title: 示例征集",
            "  title: 示例征集\n  titel: x",
            "Line 5: “call” does not take titel",
        ),
        ("closes_at: 2026-04-01 17:00", "closes_at: 1 April", "Line 7: “call / closes_at”: a day"),
        ("closes_at: 2026-04-01 17:00", "closes_at: 2026-02-30", "Line 7: There is no such day"),
        ("closes_at: 2026-04-01 17:00", "closes_at: 2026-02-28", "deadline must lie after"),
        ("places: 2", "places: many", "a number, unlimited, {from: 2, to: 3} or {about: 10}"),
        ("places: 2", "places: {from: 3, to: 2}", "Line 15: "),
        ("money: 1500.5", "money: {from: 2, to: 1}", "Line 15: "),
        ("kind: quota", "kind: quotum", "Line 17: “rules / 1 / kind” must be one of kinds"),
        ("limit: 1, ", "", "Line 18: “the rule” lacks limit."),
        ("scope: call", "scope: sky", "Line 18: “scope” must be one of each_top_category"),
        ("- kind: quota", "- category: nowhere\n    kind: quota", "Line 17: There is no category"),
        ("kind: short_text", "kind: choice", "Line 23: "),
        ("role: title", "role: hero", "Line 23: "),
        ("code: small", "code: klein und fein", "Line 3: “call / code”: a code of letters"),
        ("name: 示例联系人", "email: nonsense, name: 示例联系人", "Line 13: email: "),
        ("title: 示例类别", f"title: {'长' * 121}", "Line 15: title: "),
        ("title: 示例通知", "title: 示例通知\n  title: 再来", "Line 11: “title” is given twice."),
        ("format: 1", "format: [1", "Line 2: not YAML"),
        ("form_title: 示例申报书", "form_title: yes", None),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, says: str | None) -> None:
    assert old in SMALL
    text = SMALL.replace(old, new, 1)
    if says is None:
        assert read_call(text, issuer=IssuerFactory(), by=None).form_title == "yes"
        return
    messages = refusals(text)
    assert any(says in message for message in messages), messages
    assert Call.objects.count() == Notice.objects.count() == 0, "nothing is kept"


@pytest.mark.django_db
def test_everything_wrong_is_said_at_once() -> None:
    text = SMALL.replace("limit: 1, ", "").replace("role: title", "role: title, options: {x: 1}")
    assert len(refusals(text)) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "",
        "just a text",
        "- a list",
        "a: &a [*a]",
        "a: !!python/object/apply:os.system [ls]",
        "a: &a [1,2,3,4,5,6,7,8,9,9]\n"
        + "\n".join(
            f"b{n}: &b{n} [{', '.join(['*b' + str(n - 1) if n else '*a'] * 10)}]" for n in range(8)
        ),
        "x" * 1_000_001,
        "format: 1\n\x00",
    ],
)
def test_what_is_no_call_file_is_refused(text: str) -> None:
    assert refusals(text)


@pytest.mark.django_db
def test_a_code_is_used_once_by_each_association() -> None:
    issuer = IssuerFactory()
    read_call(SMALL, issuer=issuer, by=None)
    with pytest.raises(RuleViolation):
        read_call(SMALL, issuer=issuer, by=None)
    read_call(SMALL, issuer=IssuerFactory(), by=None)


@pytest.mark.django_db
def test_facts_named_are_kept_from_then_on_and_those_kept_stay() -> None:
    issuer = IssuerFactory()
    FactCode.objects.create(issuer=issuer, code="annual_inspection", label="自己的名称")
    seed_call("jilin-2024", issuer=issuer)
    kept = dict(FactCode.objects.filter(issuer=issuer).values_list("code", "label"))
    assert len(kept) == 6
    assert kept["annual_inspection"] == "自己的名称"


@given(
    st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 12, 31)).map(
        lambda naive: naive.replace(microsecond=0, tzinfo=clock.SHANGHAI)
    ),
    st.booleans(),
)
def test_instants_are_written_as_they_are_read(instant: dt.datetime, end: bool) -> None:
    assert read_instant(write_instant(instant, end=end), end=end) == instant


def test_an_end_by_its_day_alone_is_that_days_24_o_clock() -> None:
    midnight = clock.start_of(dt.date(2023, 3, 6))
    assert read_instant("2023-03-05", end=True) == midnight
    assert read_instant("2023-03-05 24:00", end=True) == midnight
    assert write_instant(midnight, end=True) == "2023-03-05"
    assert write_instant(midnight, end=False) == "2023-03-06"


TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(
    lambda text: text.strip() == text
)


@pytest.mark.django_db(transaction=False)
def test_any_text_survives_the_way_there_and_back() -> None:
    issuer = IssuerFactory()

    @settings(max_examples=25, deadline=None)
    @given(TEXTS, TEXTS)
    def survives(title: str, clause: str) -> None:
        data = yaml.safe_load(
            SMALL.replace("2026-03-01", "'2026-03-01'").replace(
                "2026-04-01 17:00", "'2026-04-01 17:00'"
            )
        )
        data["call"]["title"], data["rules"][0]["clause"] = title, clause
        call = read_call(yaml.safe_dump(data, allow_unicode=True), issuer=issuer, by=None)
        again = parse(write_call(call)).data
        call.delete()
        assert again["call"]["title"] == title
        assert again["rules"][0]["clause"] == clause

    survives()


@pytest.mark.django_db
def test_commands_import_publish_and_export(tmp_path: Path, capsys: Any) -> None:
    issuer = IssuerFactory(slug="city")
    file = tmp_path / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    call_command("import_call", str(file), "--issuer", "city", "--publish")
    call = Call.objects.get(issuer=issuer)
    assert call.state == CallState.PUBLISHED
    capsys.readouterr()
    call_command("export_call", "small")
    assert parse(capsys.readouterr().out).data["call"]["code"] == "small"


@pytest.mark.django_db
def test_an_import_that_cannot_be_published_keeps_nothing(tmp_path: Path) -> None:
    IssuerFactory(slug="city")
    file = tmp_path / "small.yaml"
    file.write_text(SMALL.replace("role: title", "required: true"), encoding="utf-8")
    with pytest.raises(CommandError, match="title"):
        call_command("import_call", str(file), "--issuer", "city", "--publish")
    assert Call.objects.count() == 0
    call_command("import_call", str(file), "--issuer", "city")
    assert Call.objects.get().state == CallState.DRAFT


@pytest.mark.django_db
def test_commands_name_what_they_do_not_find(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    for arguments in (["import_call", str(tmp_path / "none.yaml")],
                      ["import_call", str(file)],
                      ["import_call", str(file), "--issuer", "nobody"],
                      ["export_call", "nothing"]):  # fmt: skip
        with pytest.raises(CommandError):
            call_command(*arguments)


def test_the_documentation_names_every_entry() -> None:
    text = (Path(__file__).parents[2] / "docs" / "call-files.md").read_text(encoding="utf-8")
    entries = {
        *schema.FILE["properties"],
        *schema.CALL["properties"],
        *schema.TOP_CATEGORY["properties"],
        *schema.RULE["properties"],
        *schema.DELIVERABLE["properties"],
        *schema.BATCH["properties"],
        *schema.PAPER["properties"],
        *schema.REVIEW_STAGE["properties"],
        *schema.SCORE_SHEET["properties"],
        *schema.CRITERION["properties"],
        *ScoreMethod.values,
        *TieBreak.values,
        *schema.PUBLICITY["properties"],
        *ReviewKind.values,
        *PublicityCounting.values,
        *(table for table in DeliverableTable.values if table),
        *schema.SECTION["properties"],
        *schema.FIELD["properties"],
        *KINDS,
        *OPTIONS,
        *(name for kind in KINDS.values() for name in kind.schema["properties"]),
        *(name for kind in OPTIONS.values() for name in kind["properties"]),
        *FieldRole.values,
        *DeliverableKind.values,
    }
    words = set(re.findall(r"[a-z_][a-z_0-9]*", text))
    assert entries <= words
