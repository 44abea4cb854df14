"""The pages of the face: the server's time, the choice of language, every component at once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django.views.i18n import set_language

from portal import clock
from portal.errors import Refusal
from portal.face.dress import Dress, dress
from portal.face.rows import Column, RowsField

# Pages for visitors are the same for everybody and therefore carry no token; a forged change of
# language harms nobody.
language = csrf_exempt(login_not_required(set_language))


@login_not_required
@require_safe
@never_cache
def server_time(request: HttpRequest) -> JsonResponse:
    """Tell the time by which deadlines are shown; asked by pages that were kept for a while."""
    return JsonResponse({"now": clock.shown().isoformat()})


YUAN = forms.DecimalField(max_digits=12, decimal_places=2, required=False)


class SampleForm(forms.Form):
    """A step of a form with every kind of control, some answers wrong."""

    title = forms.CharField(label="项目名称", help_text="不超过 40 字，与申报书封面一致。")
    papers = forms.IntegerField(label="计划征集论文（篇）", min_value=30)
    attendees = forms.IntegerField(label="参会代表（人）", help_text="50 人以上")
    form = forms.ChoiceField(
        label="活动形式",
        widget=forms.RadioSelect,
        choices=[("talk", "主题报告会"), ("forum", "论坛"), ("seminar", "研讨会")],
    )
    fields_of_science = forms.MultipleChoiceField(
        label="涉及学科",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("optics", "光学"), ("information", "量子信息"), ("material", "新材料")],
    )
    region = forms.ChoiceField(
        label="举办地", choices=[("", "请选择"), ("a", "长春市"), ("b", "吉林市")]
    )
    amount = forms.DecimalField(label="申请经费", help_text="每项 2 万元。")
    held_on = forms.DateField(
        label="举办日期", widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    purpose = forms.CharField(
        label="目的与意义",
        widget=forms.Textarea,
        help_text="评审专家匿名评审时能看到本段，请勿写单位和人名。",
    )
    budget = RowsField(
        label="经费预算",
        columns=[
            Column("item", "用途", "text", forms.CharField(required=False)),
            Column("amount", "金额（元）", "money", YUAN),
            Column("note", "测算依据", "text", forms.CharField(required=False), required=False),
        ],
        total="amount",
    )
    secret = forms.BooleanField(
        label="本项目不含涉密内容，所填材料可以通过互联网传送。", help_text="涉密承诺"
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Dress the fields as a draft's step does."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        saved = dt.datetime(2027, 4, 19, 17, 18, 40, tzinfo=clock.SHANGHAI)
        dress(self.fields["title"], Dress(limit=40, saved_at=saved, revision=3))
        dress(self.fields["papers"], Dress(revision=1, clause="征集论文不少于 30 篇"))
        dress(self.fields["attendees"], Dress(revision=1))
        dress(self.fields["amount"], Dress(suffix="元", revision=2))
        dress(self.fields["purpose"], Dress(limit=1000, saved_at=saved, revision=7))
        dress(self.fields["budget"], Dress(saved_at=saved, revision=2))


SAMPLE = {
    "title": "第三届光学与量子信息研究生论坛",
    "papers": "25",
    "attendees": "80",
    "form": "forum",
    "fields_of_science": ["optics"],
    "region": "a",
    "amount": "20000",
    "purpose": "围绕光学与量子信息的前沿问题，为省内研究生提供交流平台，推动学科交叉。",
    "budget-0-item": "场地租用",
    "budget-0-amount": "8000",
    "budget-0-note": "2 天，每天 4000 元",
    "budget-1-item": "专家劳务",
    "budget-1-amount": "12000.005",
}


@login_not_required
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component once, for whoever builds a page and for the browser tests."""
    now = clock.shown()
    return render(
        request,
        "face/styleguide.html",
        {
            "now": now,
            "deadline": now + dt.timedelta(days=2, hours=6, minutes=41, seconds=8),
            "form": SampleForm(SAMPLE),
            "steps": _steps(),
            "reasons": _REASONS,
            "trail": [("正在征集", "#"), ("学术交流项目", "#")],
            "page": Paginator(range(300), 10).page(4),
            "events": _EVENTS,
            "changes": _CHANGES,
            "money": Decimal(15000),
        },
    )


def _steps() -> list[dict[str, object]]:
    """Give the rail seven steps in every state."""
    names = ["单位信息", "项目信息", "活动方案", "经费预算", "人员", "附件", "检查与签批"]
    states = {0: "done", 1: "gap", 3: "gap", 5: "gap"}
    return [
        {
            "label": name,
            "number": i + 1,
            "url": f"#step-{i + 1}",
            "current": i == 1,
            "state": states.get(i, ""),
            "missing": 1 if states.get(i) == "gap" else 0,
        }
        for i, name in enumerate(names)
    ]


_REASONS = [
    Refusal(
        "同类已报 1 项：光学前沿分会场（已提交）。",
        clause="同类项目每个单位限报 1 项",
        url="#",
    ),
    Refusal("还没有参加 2026 年度学会评价。", clause="按规定参加年度学会评价"),
]
_EVENTS = [
    {"label": "发布", "when": "3 月 20 日", "state": "past"},
    {"label": "申报截止", "when": "4 月 22 日 24:00", "state": "now"},
    {"label": "纸质件寄达", "when": "4 月 22 日", "state": ""},
    {"label": "公布入选名单", "when": "4 月 30 日前", "state": ""},
    {"label": "实施", "when": "5—11 月", "state": ""},
]
_CHANGES = [
    {"label": "参会代表", "old": "50 人", "new": "80 人"},
    {"label": "活动地点", "old": "", "new": "示例市会议中心"},
]
