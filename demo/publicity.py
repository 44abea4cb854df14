"""A list being shown to the public with one objection against it, for the demo."""

from __future__ import annotations

import uuid

from calls.enums import PublicityCounting, PublicityWhere
from calls.models import Call, PublicityRule
from portal import clock
from portal.people.models import User
from reviews.board import board_of, fingerprint
from reviews.models import Publicity
from reviews.services import objections, publicising
from reviews.services.objections import Statement

DAYS = 7


def show_list(call: Call, *, head: User, officer: User) -> Publicity:
    """Show those drafted as selected to the public; object against the second of them.

    The notices the demo re-issues know no publicity: this re-issue has one in addition, in
    calendar days, whose calendar is always known.
    """
    PublicityRule.objects.create(
        call=call,
        where=PublicityWhere.ASSOCIATION,
        length=DAYS,
        counting=PublicityCounting.CALENDAR,
        clause=f"拟入选名单公示{DAYS}天。",
    )
    publicity = publicising.publicise(
        call_id=call.pk,
        seen=fingerprint(board_of(call).to_publish),
        title=f"关于{call.title.removesuffix('申报').removesuffix('征集')}拟入选名单的公示",
        by=head,
    )
    entry = publicity.entries.all()[1]
    objection, _code = objections.file(
        publicity_id=publicity.pk,
        statement=Statement(
            entry_id=entry.pk,
            name="示例异议人",
            unit_name="",
            phone="0000-1234567",
            email="",
            text="该项目与上一年度已获资助的活动主题、场次相同，请核实是否重复申报。",
        ),
        key=uuid.uuid4(),
        arrived_at=clock.now(),
    )
    objections.take_up(
        objection_id=objection.pk,
        by=officer,
        note="已联系异议人补充材料，并请申报单位作出说明。",
        suspend=True,
    )
    return publicity
