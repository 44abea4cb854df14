"""A small open call with its people, and units on their way to a hand-in."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from applications.models import Application, HandIn, Packet, Version
from applications.services import drafting, handin, recommending, scans, signoff
from calls.enums import FieldKind, FieldRole, NoticeKind, PacketMode, Sealing, SectionScope
from calls.models import (
    Call,
    Category,
    Contact,
    FormField,
    FormSection,
    Notice,
    RecommendingLevel,
    Rule,
)
from calls.services.publish import publish_call
from portal import clock
from portal.documents import codes
from portal.people.models import Issuer, Organisation, User
from tests.factories.people import (
    AffiliationFactory,
    IssuerFactory,
    MembershipFactory,
    OrganisationFactory,
    StaffPostFactory,
)

# A table of candidates as a call would ask for it.
CANDIDATES: dict[str, Any] = {
    "code": "candidates",
    "label": "候选人",
    "kind": FieldKind.PEOPLE,
    "role": FieldRole.CANDIDATES,
    "options": {
        "columns": ["name", "sex", "born", "id_number", "unit"],
        "required": ["name"],
    },
    "personal": True,
    "personal_purpose": "核对候选人身份",
    "retention_months": 36,
}
ONE_PER_CATEGORY = {"limit": 1, "scope": "each_top_category"}
TWO_IN_ALL = {"limit": 2, "scope": "call"}


def page_with(*printed: str) -> bytes:
    """Picture a page that bears these codes, as a scanner gives it back."""
    page = Image.new("L", (900, 500), 255)
    for number, code in enumerate(printed):
        square = io.BytesIO()
        segno.make(codes.address(code), error="m", micro=False).save(square, kind="png", scale=8)
        page.paste(Image.open(square).convert("L"), (20 + 430 * number, 20))
    made = io.BytesIO()
    page.save(made, "PNG")
    return made.getvalue()


def picture() -> bytes:
    """Make a small lawful picture, for every place that takes a scan."""
    made = io.BytesIO()
    Image.new("L", (60, 80), 255).save(made, "PNG")
    return made.getvalue()


def version_of(packet: Packet) -> Version:
    """Return the packet's newest version, which must be there."""
    version = packet.latest_version()
    assert version is not None
    return version


@dataclass
class Unit:
    """A unit with its people."""

    organisation: Organisation
    filler: User
    approver: User
    administrator: User


@dataclass
class Scene:
    """An association with an open call of two categories, its staff, and one society."""

    issuer: Issuer
    officer: User
    call: Call
    categories: list[Category]
    unit: Unit
    quota_each: Rule
    quota_all: Rule
    extra: dict[str, Any] = field(default_factory=dict)

    def another_unit(self, kind: str = "society", level: str = "provincial") -> Unit:
        """Register one more verified unit."""
        return make_unit(self.issuer, kind, level)

    def drafted(
        self,
        unit: Unit | None = None,
        category: int = 0,
        answers: Mapping[str, Any] | None = None,
    ) -> Application:
        """Begin an application and fill in everything asked for."""
        unit = unit or self.unit
        application = drafting.start(
            category=self.categories[category],
            organisation=unit.organisation,
            by=unit.filler,
            has_confidential=False,
            arrived_at=clock.now(),
        )
        usual = {"basics.title": "示例学术论坛", "basics.purpose": "为省内研究生提供交流平台。"}
        conflicts = drafting.save_answers(
            packet_id=application.packet_id,
            application_id=application.pk,
            values=usual | dict(answers or {}),
            revisions={},
            by=unit.filler,
        )
        assert not conflicts
        application.refresh_from_db()
        return application

    def signed(
        self,
        unit: Unit | None = None,
        category: int = 0,
        answers: Mapping[str, Any] | None = None,
        *,
        recommender: Unit | None = None,
    ) -> Packet:
        """Bring a packet as far as the approver's sign-off."""
        unit = unit or self.unit
        application = self.drafted(unit, category, answers)
        if recommender is not None:
            recommending.choose(
                packet_id=application.packet_id,
                recommender=recommender.organisation,
                by=unit.filler,
            )
        signoff.request_signoff(packet_id=application.packet_id, by=unit.filler)
        signoff.sign_off(packet_id=application.packet_id, by=unit.approver)
        return Packet.objects.get(pk=application.packet_id)

    def recommender(self) -> Unit:
        """Register one more unit that may recommend in this call."""
        return make_unit(self.issuer, "local_association", "city")

    def before(self, recommender: Unit, unit: Unit | None = None, category: int = 0) -> Application:
        """Hand an application in to a recommending unit."""
        packet = self.signed(unit, category, recommender=recommender)
        self.hand_in(packet, unit)
        return packet.applications.get()

    def hand_in(self, packet: Packet, unit: Unit | None = None, **kwargs: Any) -> HandIn:
        """Hand a packet in now, or as the keywords say."""
        unit = unit or self.unit
        defaults: dict[str, Any] = {
            "packet_id": packet.pk,
            "by": unit.filler,
            "key": uuid.uuid4(),
            "arrived_at": clock.now(),
        }
        return handin.hand_in(**(defaults | kwargs))

    def handed_in(
        self,
        unit: Unit | None = None,
        category: int = 0,
        answers: Mapping[str, Any] | None = None,
    ) -> Application:
        """Bring an application all the way to its receipt."""
        packet = self.signed(unit, category, answers)
        self.hand_in(packet, unit)
        return packet.applications.get()

    def scan(self, packet: Packet, unit: Unit | None = None) -> None:
        """Upload a scan without a readable code."""
        unit = unit or self.unit
        scans.upload_scan(
            packet_id=packet.pk,
            upload=SimpleUploadedFile("scan.png", picture(), "image/png"),
            by=unit.filler,
            arrived_at=clock.now(),
        )


def make_unit(issuer: Issuer, kind: str = "society", level: str = "provincial") -> Unit:
    """Register a verified unit with a filler, an approver and an administrator."""
    organisation = OrganisationFactory()
    AffiliationFactory(organisation=organisation, issuer=issuer, kind=kind, level=level)
    filler = MembershipFactory(organisation=organisation).user
    approver = MembershipFactory(organisation=organisation, is_filler=False, is_approver=True).user
    administrator = MembershipFactory(
        organisation=organisation, is_filler=False, is_administrator=True
    ).user
    return Unit(organisation, filler, approver, administrator)


def make_scene(
    *,
    quota_each: dict[str, Any] | None = None,
    mode: str = "strict",
    sealing: str = Sealing.SCAN,
    seal_days: int | None = 5,
    signoff_wanted: bool = True,
    packet_mode: str = PacketMode.SINGLE,
    categories: int = 2,
    year: int = 2026,
    issuer: Issuer | None = None,
    fields: Sequence[dict[str, Any]] = (),
    rules: Sequence[tuple[str, dict[str, Any]]] = (),
    levels: int = 0,
) -> Scene:
    """Publish a call that closes in a week, and its lists some days later, level by level.

    ``fields`` and ``rules`` stand beside the usual ones.
    """
    issuer = issuer or IssuerFactory()
    officer = StaffPostFactory(issuer=issuer).user
    now = clock.now()
    notice = Notice.objects.create(
        issuer=issuer, kind=NoticeKind.CALL, title="示例征集通知", body="现将有关事项通知如下。"
    )
    call = Call.objects.create(
        issuer=issuer,
        notice=notice,
        code="sample" if year == 2026 else f"sample-{year}",
        title="示例学术交流项目",
        year=year,
        opens_at=now - dt.timedelta(days=1),
        closes_at=now + dt.timedelta(days=7),
        seal_by=None if seal_days is None else now + dt.timedelta(days=7 + seal_days),
        sealing=sealing,
        signoff=signoff_wanted,
        packet_mode=packet_mode,
        form_title="项目申报书",
        number_prefix="SL",
    )
    Contact.objects.create(call=call, name="学会部", phone="0000-0000000")
    for number in range(categories):
        Category.objects.create(
            call=call,
            code=f"category-{number}",
            title=f"示例类别{number}",
            slots_min=3,
            slots_max=3,
            position=number,
        )
    Rule.objects.create(
        call=call,
        kind="kinds",
        params={"any_of": [{"kind": "society", "levels": ["provincial"]}]},
        clause="省级学会可以申报",
    )
    each = Rule.objects.create(
        call=call,
        kind="quota",
        params=quota_each or ONE_PER_CATEGORY,
        mode=mode,
        clause="同类项目每个单位限报 1 项",
        position=1,
    )
    every = Rule.objects.create(
        call=call, kind="quota", params=TWO_IN_ALL, clause="总计不超过 2 项", position=2
    )
    for number, (kind, params) in enumerate(rules, 3):
        Rule.objects.create(
            call=call, kind=kind, params=params, clause=f"示例条款{number}", position=number
        )
    for no in range(1, levels + 1):
        RecommendingLevel.objects.create(
            call=call,
            no=no,
            who=[{"kind": "local_association"}],
            closes_at=call.closes_at + dt.timedelta(days=3 * no),
            clause="申报材料由推荐单位审核后统一报送",
        )
    _form(call, fields, plan=packet_mode == PacketMode.PLAN)
    call = publish_call(call, by=officer)
    made = list(call.categories.select_related("call", "parent"))
    return Scene(issuer, officer, call, made, make_unit(issuer), each, every)


def _form(call: Call, fields: Sequence[dict[str, Any]], *, plan: bool) -> None:
    """Ask for a title and a purpose, whatever else is given, and the principles of a plan."""
    basics = FormSection.objects.create(call=call, code="basics", title="基本信息")
    FormField.objects.create(
        section=basics,
        code="title",
        label="项目名称",
        kind=FieldKind.SHORT_TEXT,
        role=FieldRole.TITLE,
        options={"max_chars": 40},
    )
    FormField.objects.create(
        section=basics, code="purpose", label="目的与意义", kind=FieldKind.LONG_TEXT, position=1
    )
    for number, field_values in enumerate(fields, 2):
        FormField.objects.create(section=basics, position=number, **field_values)
    if plan:
        section = FormSection.objects.create(
            call=call, code="plan", title="推荐方案", scope=SectionScope.PLAN
        )
        FormField.objects.create(
            section=section, code="principles", label="推荐原则", kind=FieldKind.LONG_TEXT
        )
