"""Changes between two forms are said in words a clerk and an applicant understand."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from calls.form_changes import change_between
from calls.forms_schema import FormSchema

FORM: FormSchema = {
    "sections": [
        {
            "code": "a", "title": "基本信息", "scope": "application", "category": "",
            "fields": [
                {"code": "title", "label": "名称", "kind": "short_text", "required": True,
                 "options": {"max_chars": 40}},
                {"code": "kind", "label": "类型", "kind": "choice", "required": True,
                 "options": {"choices": [{"value": "r", "label": "机制性"},
                                         {"value": "o", "label": "单次"}]}},
                {"code": "when", "label": "首届日期", "kind": "date", "required": False},
            ],
        },
        {"code": "b", "title": "人员", "scope": "application", "category": "",
         "fields": [{"code": "leader", "label": "负责人", "kind": "people", "required": True}]},
    ]
}  # fmt: skip


def field(form: Any, place: int) -> Any:
    return form["sections"][0]["fields"][place]


def changed(change: Callable[[Any], Any]) -> Any:
    new = copy.deepcopy(FORM)
    change(new)
    return change_between(FORM, new)


def test_nothing_changed_is_no_change() -> None:
    change = change_between(FORM, copy.deepcopy(FORM))
    assert not change
    assert not change.anything
    assert change.sentences() == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: field(f, 0).update(options={"max_chars": 60}), "字数上限：40 → 60"),
        (lambda f: field(f, 0).update(options={}), "字数上限：40 → "),
        (lambda f: field(f, 0).update(label="项目名称"), "原名“名称”"),
        (lambda f: field(f, 0).update(required=False), "改为选填"),
        (lambda f: field(f, 2).update(required=True), "改为必填"),
        (lambda f: field(f, 0).update(help="写全称"), "填写提示有修改"),
        (
            lambda f: field(f, 1)["options"]["choices"].append({"value": "x", "label": "其他"}),
            "选项增加：其他",
        ),
        (lambda f: field(f, 1)["options"]["choices"].pop(), "选项减少：单次"),
        (lambda f: field(f, 1)["options"]["choices"].reverse(), "选项顺序有调整"),
        (
            lambda f: field(f, 2).update(condition={"field": "kind", "equals": "r"}),
            "仅当“类型”是“机制性”时填写",
        ),
        (lambda f: field(f, 0).update(public=True), "改为列入公布名单"),
        (lambda f: field(f, 0).update(blind_hidden=True), "改为匿名评审时隐藏"),
        (
            lambda f: field(f, 0).update(personal={"purpose": "联系", "months": 24}),
            "个人信息：用于联系，保存 24 个月",
        ),
        (lambda f: field(f, 0).update(role="title"), "含义：名称"),
        (lambda f: f["sections"][0].update(title="概况"), "步骤“基本信息”改名为“概况”。"),
        (lambda f: f["sections"][0].update(category="x"), "适用的类别有变化"),
        (lambda f: f["sections"].pop(), "取消步骤：人员"),
        (lambda f: f["sections"].append({**f["sections"][1], "code": "c"}), "新增步骤：人员"),
        (lambda f: f["sections"].reverse(), "顺序有调整"),
    ],
)
def test_each_change_is_said(change: Callable[[Any], Any], words: str) -> None:
    found = changed(change)
    assert found.anything
    assert words in "\n".join(found.sentences())


def test_a_removed_question_is_named_with_its_key() -> None:
    found = changed(lambda f: f["sections"][0]["fields"].pop())
    assert (found.removed, found.removed_keys) == (("首届日期",), ("a.when",))


def test_a_new_order_alone_is_worth_no_mail() -> None:
    found = changed(lambda f: f["sections"][0]["fields"].reverse())
    assert found.anything
    assert not found
