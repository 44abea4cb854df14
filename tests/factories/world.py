"""Everything the portal shows, once: two associations, their units, one row behind every address."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from applications import printing
from applications.models import (
    AccountsScan,
    Application,
    Attachment,
    DeliverableFile,
    Flag,
    HandIn,
    PaperArrival,
    Partner,
    Project,
    SignedScan,
)
from applications.models.handin import FlagKind
from applications.services import (
    accounts_scans,
    avoiding,
    changes,
    deliverables,
    drafting,
    listing,
    partners,
    recommending,
)
from applications.states import State
from calls.enums import FieldKind, Joint, NoticeKind
from calls.models import (
    Call,
    Category,
    DeliverableRule,
    FormField,
    FormSection,
    Notice,
    PublicityRule,
)
from calls.services.editing import change_call
from calls.services.notices import attach
from calls.services.results import publish_result
from portal import clock
from portal.audit.models import AuditEntry
from portal.documents.models import Document, DocumentState
from portal.documents.payloads import DocumentKind
from portal.documents.services import request_document
from portal.files.services import store_bytes
from portal.holidays.models import HolidayYear
from portal.jobs.models import Job, JobState
from portal.mail.models import InboxItem, Message
from portal.people.enums import StaffRole
from portal.people.models import (
    Affiliation,
    FactCode,
    Invitation,
    Issuer,
    Membership,
    MembershipRequest,
    Organisation,
    StaffPost,
    User,
    YearlyFact,
)
from portal.register.access import ON_BEHALF_KEY
from portal.register.models import ImportKind, ImportRun
from portal.register.services import invitations
from portal.seals.models import Authority, Seal, SealUse
from portal.seals.services import keeping
from reviews.board import board_of, fingerprint
from reviews.models import (
    ArchiveRun,
    AwardNotice,
    Ballot,
    CheckItem,
    Decision,
    Expert,
    ExpertInvitation,
    ExpertList,
    Majority,
    Panel,
    ReviewRecord,
    Showcase,
)
from reviews.services import experts as expert_services
from reviews.services import meeting, objections, publicising
from reviews.services.objections import Statement
from tests.factories.applications import Scene, Unit, make_scene, picture
from tests.factories.calls import CallFactory, PublishedNoticeFactory
from tests.factories.execution import RULES, completed, give_in, piece, write
from tests.factories.experts import (
    ExpertFactory,
    assign_all,
    fill_in,
    make_panel,
    make_stage,
    user_of,
)
from tests.factories.people import (
    FactCodeFactory,
    MembershipFactory,
    StaffPostFactory,
    UserFactory,
    YearlyFactFactory,
)
from tests.factories.reviews import accepted, many_submissions
from tests.factories.seals import image_seal, trusted_authority

PRINTED_CODE = "WXYZ-2345-ABCD-6789"
EXPERT_CODE = "a-link-from-a-mail"
ALL_RIGHTS = {
    "is_administrator": True, "is_filler": True, "is_approver": True, "is_seal_keeper": True,
}  # fmt: skip


@dataclass
class World:
    """The people by role, and of each kind of thing one that belongs to unit A and issuer A."""

    scene: Scene
    people: dict[str, User | None]
    draft: Application
    handed_in: Application
    decided: Application
    other_draft: Application
    invitation: Invitation
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def unit(self) -> Unit:
        """Unit A."""
        return self.scene.unit

    def browser(self, role: str) -> Client:
        """Give a browser in which the person of this role is signed in."""
        client = Client(raise_request_exception=True)
        user = self.people[role]
        if user is not None:
            client.force_login(user)
        if role == "on_behalf":
            session = client.session
            session[ON_BEHALF_KEY] = {
                "unit": self.unit.organisation.pk, "issuer": self.scene.issuer.pk,
            }  # fmt: skip
            session.save()
        return client

    def one(self, model: type[Any], **where: Any) -> Any:
        """Return the first row of a model that fits."""
        return model._default_manager.filter(**where).order_by("pk")[:1].get()


def make_world() -> World:
    """Make all of it through services, and only where these would take minutes as rows."""
    scene = make_scene(mode="in_principle")
    _ask_more(scene)
    unit, issuer = scene.unit, scene.issuer
    keeper = MembershipFactory(
        organisation=unit.organisation, is_filler=False, is_seal_keeper=True
    ).user
    other, partner = scene.another_unit(), scene.another_unit()
    Membership.objects.filter(organisation=other.organisation, user=other.filler).update(
        **ALL_RIGHTS
    )
    people: dict[str, User | None] = {
        "anonymous": None,
        "filler": unit.filler,
        "approver": unit.approver,
        "keeper": keeper,
        "administrator": unit.administrator,
        "stranger": other.filler,
        "partner": partner.administrator,
        "other_staff": StaffPostFactory().user,
        "officer": scene.officer,
        "head": StaffPostFactory(issuer=issuer, role=StaffRole.HEAD).user,
        "official": StaffPostFactory(issuer=issuer, role=StaffRole.OFFICIAL).user,
        "superuser": UserFactory(is_staff=True, is_superuser=True),
        "on_behalf": StaffPostFactory(issuer=issuer).user,
    }
    handed_in = _handed_in(scene)
    draft = _draft(scene, partner)
    decided = _decided(scene, scene.another_unit())
    world = World(
        scene=scene,
        people=people,
        draft=draft,
        handed_in=handed_in,
        decided=decided,
        other_draft=scene.drafted(other),
        invitation=_invitation(scene),
    )
    _register(world)
    _review(world)
    _calls(world)
    _traces(world)
    _recommending(world)
    _own_list(world)
    _project(world)
    _publicity(world)
    _archive(world)
    _print_everything()
    _seals(world)
    return world


def _ask_more(scene: Scene) -> None:
    """Let the call ask for a file and foresee partners in its first category."""

    def change(call: Call) -> None:
        section = FormSection.objects.get(call=call, code="basics")
        FormField.objects.create(
            section=section, code="files", label="佐证材料", kind=FieldKind.FILES,
            required=False, position=2,
        )  # fmt: skip
        FormField.objects.create(
            section=section, code="people", label="主要人员", kind=FieldKind.PEOPLE,
            required=False, position=3,
        )  # fmt: skip
        Category.objects.filter(call=call, code="category-0").update(joint=Joint.ALLOWED)
        call.avoid_experts_max = 3
        call.save(update_fields=["avoid_experts_max"])

    change_call(scene.call, by=scene.officer, part="form", change=change, summary="增加附件")
    scene.categories = list(scene.call.categories.select_related("call", "parent"))


def _draft(scene: Scene, partner: Unit) -> Application:
    """Begin one with a file, a partner to answer and one with a letter, and a preview."""
    application, by = scene.drafted(), scene.unit.filler
    for name in ("材料.png", "附图.png"):
        drafting.attach(
            application_id=application.pk,
            key="basics.files",
            upload=SimpleUploadedFile(name, picture(), "image/png"),
            by=by,
        )
    partners.add_partner(application_id=application.pk, organisation=partner.organisation, by=by)
    partners.name_partner(
        application_id=application.pk,
        name="某国外学会",
        letter=SimpleUploadedFile("同意函.png", picture(), "image/png"),
        by=by,
    )
    avoiding.name_expert(
        application_id=application.pk, name="夜鹭专家", unit_name="灰鹭大学",
        reason="苍鹭理由", by=by,
    )  # fmt: skip
    printing.order_preview(application.packet, clock.now())
    application.refresh_from_db()
    return application


def _handed_in(scene: Scene) -> Application:
    """Hand one in with a scan to compare and a flag to settle."""
    packet = scene.signed(category=1)
    scene.scan(packet)
    scene.hand_in(packet)
    application = packet.applications.get()
    Flag.objects.create(
        application=application, kind=FlagKind.UNKNOWN, message="年检情况待核实", at=clock.now()
    )
    return application


def _decided(scene: Scene, unit: Unit) -> Application:
    """Accept another unit's, decide on it and publish the list."""
    submission = accepted(scene, unit)
    notice = publish_result(
        scene.call,
        by=scene.officer,
        title="示例结果公示",
        body="现予公示。",
        columns=["单位", "项目"],
        groups=[{"title": "示例类别0", "rows": [[unit.organisation.name, submission.title]]}],
    )
    Decision.objects.create(
        application=submission, outcome="selected", note="推荐", by=scene.officer,
        at=clock.now(), published_in=notice,
    )  # fmt: skip
    return submission


def _invitation(scene: Scene) -> Invitation:
    """Invite somebody by mail, and print a code for somebody else."""
    common = {
        "organisation": scene.unit.organisation, "invited_by": scene.unit.administrator,
        "expires_at": scene.call.closes_at, "name": "受邀人",
    }  # fmt: skip
    Invitation.objects.create(by_mail=False, code_sha256=invitations.digest(PRINTED_CODE), **common)
    return Invitation.objects.create(
        email="invited@example.org", code_sha256=invitations.digest("some-other-code"), **common
    )


def _register(world: World) -> None:
    """Ask for membership, know a fact, upload a list, meet an operator's rows."""
    scene, unit = world.scene, world.unit.organisation
    MembershipRequest.objects.create(user=UserFactory(), organisation=unit, message="请批准加入")
    YearlyFactFactory(organisation=unit, code=FactCodeFactory(issuer=scene.issuer))
    ImportRun.objects.create(
        issuer=scene.issuer, kind=ImportKind.UNITS, filename="名单.xlsx", by=scene.officer
    )
    superuser = world.people["superuser"]
    Authenticator.objects.create(user=superuser, type=Authenticator.Type.TOTP, data={"secret": ""})


def _review(world: World) -> None:
    """Have what was accepted scored by two experts, one of whom is half through her sheet."""
    scene = world.scene
    experts = [ExpertFactory(issuer=scene.issuer) for _number in range(2)]
    panel = make_panel(make_stage(scene.call), scene.officer, experts)
    one, other = sorted(assign_all(panel, scene.officer), key=lambda a: a.expert_id)
    fill_in(one)
    world.people["expert"] = user_of(one.expert)
    world.kept |= {"stage": panel.stage, "assignment": one, "other_assignment": other}
    world.kept["tie"] = expert_services.declare_tie(
        by=user_of(one.expert), expert=one.expert, unit_name="某协会", reason="理事"
    )
    _papers_of_the_review(world, panel, one.expert)
    world.kept["list"] = ExpertList.objects.create(
        issuer=scene.issuer, filename="专家.xlsx", by=scene.officer
    )
    invited = ExpertFactory(issuer=scene.issuer, user=None, email="new-expert@example.org")
    ExpertInvitation.objects.create(
        expert=invited, code_sha256=expert_services.digest(EXPERT_CODE),
        invited_by=scene.officer, expires_at=scene.call.closes_at,
    )  # fmt: skip


def _papers_of_the_review(world: World, panel: Panel, expert: Expert) -> None:
    """Call a meeting, and print a sheet of one expert."""
    scene = world.scene
    world.kept["meeting"] = meeting.plan(
        panel=panel, sheet=None, begins_at=clock.now(), place="会议室", chair=None, quorum=1,
        majority=Majority.HALF, ballot=Ballot.OPEN, by=scene.officer,
    )  # fmt: skip
    meeting.take_attendance(
        meeting_id=world.kept["meeting"].pk, present=[expert.pk], by=scene.officer
    )
    meeting.open_meeting(meeting_id=world.kept["meeting"].pk, by=scene.officer)
    document = request_document(
        kind=DocumentKind.SCORE_SHEET,
        payload={
            "issuer": str(scene.issuer), "call": scene.call.title, "facts": [], "sections": [],
            "signatures": [],
        },
        title="专家评审意见表", unit_name=str(scene.issuer), number="PS-1", version_no=1,
        content_sha256="0" * 64, issuer_id=scene.issuer.pk, organisation_id=None,
        subject_label="reviews.sheet:1",
    )  # fmt: skip
    world.kept["record"] = ReviewRecord.objects.create(
        panel=panel, kind="sheet", expert=expert, document=document, content_sha256="0" * 64,
        made_by=scene.officer, made_at=clock.now(),
    )  # fmt: skip


def _calls(world: World) -> None:
    """Draft a call and a notice, publish a notice with a file."""
    issuer, officer = world.scene.issuer, world.scene.officer
    world.kept["call_draft"] = CallFactory(issuer=issuer)
    world.kept["notice_draft"] = Notice.objects.create(
        issuer=issuer, kind=NoticeKind.GENERAL, title="未发布的通知", body="一、示例"
    )
    published = PublishedNoticeFactory(issuer=issuer)
    stored = store_bytes(picture(), name="附件.png", content_type="image/png", by=officer)
    world.kept["notice"] = published
    world.kept["attachment"] = attach(published, file=stored, title="附件", by=officer)


def _traces(world: World) -> None:
    """Add to the checklist, check, and run a job that has a result."""
    scene = world.scene
    CheckItem.objects.create(call=scene.call, text="材料齐全")
    world.kept["arrival"] = PaperArrival.objects.create(
        packet=world.handed_in.packet, key=uuid.uuid4(), arrived_on=clock.today(),
        by=scene.officer, at=clock.now(),
    )  # fmt: skip
    result = store_bytes(b"a,b", name="名册.csv", content_type="text/csv", by=scene.officer)
    world.kept["job"] = Job.objects.create(
        kind="register", title="名册", issuer=scene.issuer, created_by=scene.officer, task="none",
        state=JobState.DONE, result=result, finished_at=clock.now(),
    )  # fmt: skip


def _recommending(world: World) -> None:
    """Let unit A recommend in another association's call: one list handed in, one being made."""
    scene = make_scene(levels=1)
    scene.call.levels.update(
        who=[], named=[{"name": world.unit.organisation.name}], list_sealed=False, letter=True
    )
    by = world.unit.filler
    first, second = [scene.before(world.unit, category=n).recommendations.get() for n in (0, 1)]
    for row in (first, second):
        recommending.write_opinion(recommendation_id=row.pk, text="同意推荐。", revision=0, by=by)
    made = recommending.put_on_list(recommendation_id=first.pk, by=by).list
    assert made is not None
    letter = SimpleUploadedFile("公函.png", picture(), "image/png")
    listing.attach_letter(list_id=made.pk, upload=letter, by=by)
    listing.hand_in(list_id=made.pk, by=by, key=uuid.uuid4(), arrived_at=clock.now())
    recommending.put_on_list(recommendation_id=second.pk, by=by)
    second.refresh_from_db()
    world.kept["list_handed_in"], world.kept["entry"] = made, second


def _own_list(world: World) -> None:
    """Let a unit hand in a list whose stamped table the association's staff compare by eye."""
    scene = make_scene(issuer=world.scene.issuer, levels=1, year=2027)
    unit = scene.recommender()
    row, by = scene.before(unit).recommendations.get(), unit.filler
    recommending.write_opinion(recommendation_id=row.pk, text="同意推荐。", revision=0, by=by)
    made = recommending.put_on_list(recommendation_id=row.pk, by=by).list
    assert made is not None
    listing.freeze(list_id=made.pk, by=by)
    scan = SimpleUploadedFile("汇总表.png", picture(), "image/png")
    listing.upload_scan(list_id=made.pk, upload=scan, by=by)
    listing.hand_in(list_id=made.pk, by=by, key=uuid.uuid4(), arrived_at=clock.now())
    world.kept["own_list"] = made


def _publicity(world: World) -> None:
    """Show a list of another call to the public, object against it, hand an award notice out."""
    scene, officer = make_scene(issuer=world.scene.issuer, year=2031), world.scene.officer
    PublicityRule.objects.create(call=scene.call, where="association", length=5)
    (row,) = many_submissions(scene, 1, State.ACCEPTED)
    Decision.objects.create(application_id=row.pk, outcome="selected", by=officer, at=clock.now())
    publicity = publicising.publicise(
        call_id=scene.call.pk, seen=fingerprint(board_of(scene.call).to_publish),
        title="示例公示", by=officer,
    )  # fmt: skip
    # What an outsider finds nowhere, see the canaries.
    statement = Statement(
        publicity.entries.get().pk, "金丝雀", "某单位", "0000-3141592", "canary@example.org",
        "所报内容与事实不符。",
    )  # fmt: skip
    objection, code = objections.file(
        publicity_id=publicity.pk, statement=statement, key=uuid.uuid4(), arrived_at=clock.now(),
        uploads=[SimpleUploadedFile("证据.png", picture(), "image/png")],
    )  # fmt: skip
    world.kept |= {"publicity": publicity, "objection": objection, "objection_code": code}
    published = Decision.objects.get(application=world.decided).published_in
    assert published is not None
    award = AwardNotice.objects.create(
        notice=published,
        packet=world.handed_in.packet, by=officer, made_at=clock.now(), handed_out_at=clock.now(),
    )  # fmt: skip
    printed = world.one(Document, organisation=world.unit.organisation, draft=False)
    Document.objects.create(
        kind=printed.kind, payload=printed.payload, title="入选通知", unit_name=printed.unit_name,
        number="", version_no=1, content_sha256="", issuer=printed.issuer,
        organisation=printed.organisation, subject_label=award.label, render_key="award",
        created_at=clock.now(),
    )  # fmt: skip
    world.kept["award"] = award
    HolidayYear.objects.create(year=2035, source="国办发明电")


def _project(world: World) -> None:
    """Select one of unit A's: news half written, accounts handed in, a change asked for."""
    scene, by = world.scene, world.unit.filler
    for rule in RULES[0], RULES[3]:
        DeliverableRule.objects.create(call=scene.call, **rule)
    project = completed(scene)
    news, accounts = piece(project, "信息报道稿"), piece(project, "决算表")
    write(scene, news)
    deliverables.answer_confidentiality(deliverable_id=accounts.pk, has_confidential=False, by=by)
    rows = [{"item": "会务", "amount": "9000.00", "note": ""}]
    deliverables.save_answers(
        deliverable_id=accounts.pk, by=by, revisions={},
        values={"d.received": "9000.00", "d.extra": rows},
    )  # fmt: skip
    sheet = SimpleUploadedFile("凭证.png", picture(), "image/png")
    deliverables.attach(deliverable_id=accounts.pk, upload=sheet, photo=False, by=by)
    give_in(scene, accounts)
    stamped = SimpleUploadedFile("盖章扫描件.png", picture(), "image/png")
    accounts_scans.upload_scan(deliverable_id=accounts.pk, upload=stamped, by=by)
    change = changes.request_change(
        application_id=project.pk, kind="leader", after={"leader": "新负责人"}, reason="退休", by=by
    )
    world.kept |= {"project": project, "news": news, "accounts": accounts, "change": change}


def _archive(world: World) -> None:
    """Keep an archive of the call, and show a project of unit A's to the public."""
    scene = world.scene
    stored = store_bytes(b"PK", name="归档.zip", content_type="application/zip", by=scene.officer)
    world.kept["archive"] = ArchiveRun.objects.create(
        call=scene.call, file=stored, manifest={"entries": []}, manifest_sha256="0" * 64,
        applications=1, papers=0, by=scene.officer, at=clock.now(),
    )  # fmt: skip
    shown = Showcase.objects.create(
        application=world.handed_in, title="示例项目展示", unit_name="示例学会",
        published_at=clock.now(), by=scene.officer, at=clock.now(),
    )  # fmt: skip
    photo = store_bytes(picture(), name="photo.png", content_type="image/png", by=scene.officer)
    world.kept["photo"] = shown.photos.create(source=photo, picture=photo)


def _print_everything() -> None:
    """Give every ordered document a file, as the worker does; its bytes are no matter here."""
    stored = store_bytes(b"%PDF-1.7", name="文件.pdf", content_type="application/pdf", by=None)
    Document.objects.filter(state=DocumentState.QUEUED).update(
        state=DocumentState.READY, file=stored, file_sha256=stored.sha256, ready_at=clock.now()
    )


def _seals(world: World) -> None:
    """Keep a picture of unit A's seal, used once on its form, and trust an authority."""
    unit, keeper = world.unit.organisation, world.people["keeper"]
    assert keeper is not None
    seal = keeping.add_image(
        organisation=unit, wish=keeping.Wish("公章"), by=keeper,
        upload=SimpleUploadedFile("章.png", image_seal(), "image/png"),
    )  # fmt: skip
    document = world.one(Document, organisation=unit, draft=False, issuer=world.scene.issuer)
    SealUse.objects.create(
        seal=seal, document=document, party="unit", way="image", by=keeper, at=clock.now(),
        reason="盖章", base_sha256=document.file_sha256, file=document.file,
        file_sha256=document.file_sha256,
    )  # fmt: skip
    trusted_authority()


# The row behind the addresses of each model of the admin, one of unit A or issuer A.
def row_of(world: World, model: type[Any]) -> Any:
    """Return the row of a model that the admin's addresses of the table lead to."""
    scene, unit = world.scene, world.unit.organisation
    where: dict[type[Any], dict[str, Any]] = {
        Affiliation: {"organisation": unit, "issuer": scene.issuer},
        AuditEntry: {"issuer_id": scene.issuer.pk},
        Document: {"organisation": unit, "draft": False, "issuer": scene.issuer},
        EmailAddress: {"user": world.unit.filler},
        FactCode: {"issuer": scene.issuer},
        Issuer: {"pk": scene.issuer.pk},
        Message: {"issuer": scene.issuer},
        Organisation: {"pk": unit.pk},
        StaffPost: {"user": scene.officer},
        User: {"pk": world.unit.filler.pk},
        YearlyFact: {"organisation": unit},
        Call: {"pk": scene.call.pk},
        Notice: {"pk": world.kept["notice_draft"].pk},
    }
    if model is Project:
        return world.kept["project"]
    if model.__name__ == "Submission":
        return model._default_manager.get(pk=world.handed_in.pk)
    return world.one(model, **where.get(model, {}))


def addresses(world: World) -> dict[str, dict[str, Any]]:
    """Return what each named address of the portal needs to lead to something of unit A's."""
    scene, unit = world.scene, world.unit.organisation
    draft, handed_in, packet = world.draft, world.handed_in, world.handed_in.packet
    application = {"pk": draft.pk}
    of_draft = {"pk": draft.packet_id}
    of_hand_in = {"pk": packet.pk}
    receipt = {"pk": packet.pk, "number": world.one(HandIn, packet=packet).receipt_number}
    attachment = {"pk": world.one(Attachment, application=draft).pk}
    document = world.one(Document, organisation=unit, draft=False, issuer=world.scene.issuer)
    call, submission = {"pk": scene.call.pk}, {"pk": handed_in.pk}
    call_draft = {"pk": world.kept["call_draft"].pk}
    section = world.kept["call_draft"].sections.first()
    part = call_draft | {"slug": "section", "row_pk": section.pk}
    organisation = {"pk": unit.pk}
    membership = {"pk": world.one(Membership, user=world.unit.filler).pk}
    version = {"pk": packet.pk, "no": 1}
    affiliation = {"pk": world.one(Affiliation, organisation=unit).pk}
    job = {"job_id": world.kept["job"].pk}
    seal = {"pk": world.one(Seal, organisation=unit).pk}
    notice_draft = {"pk": world.kept["notice_draft"].pk}
    entry, made = {"pk": world.kept["entry"].pk}, {"pk": world.kept["entry"].list_id}
    handed_in_list = {"pk": world.kept["list_handed_in"].pk}
    project, change = {"pk": world.kept["project"].pk}, {"pk": world.kept["change"].pk}
    news, final = {"pk": world.kept["news"].pk}, {"pk": world.kept["accounts"].pk}
    photo = {"pk": world.one(DeliverableFile, deliverable=world.kept["news"]).pk}
    stamped = {"pk": world.one(AccountsScan, version__deliverable=world.kept["accounts"]).pk}
    level = {"level_pk": world.kept["entry"].level_id}
    return {
        **{f"recommend:{name}": level for name in ("desk", "compare")},
        **{
            f"recommend:{name}": entry
            for name in ("entry", "place", "opinion", "refuse", "return", "reconsider")
        },
        **{
            f"recommend:{name}": made
            for name in ("list", "order", "pass_to", "freeze", "take_back", "letter", "scan",
                         "seal", "hand_in")
        },
        "recommend:table_pdf": handed_in_list,
        "recommend:receipt_pdf": handed_in_list,
        "recommend:paper": handed_in_list | {"paper": "letter"},
        "applications:recommender": of_draft,
        "applications:project": project,
        "applications:completion": project,
        "applications:change": project | {"kind": "title"},
        "applications:change_take_back": change,
        **{
            f"applications:deliverable{name}": news
            for name in ("", "_save", "_secret", "_upload")
        },
        **{f"applications:deliverable_{name}": photo for name in ("file", "detach")},
        "applications:accounts_pdf": final,
        "applications:accounts_stamped": final,
        "applications:accounts_scan": stamped,
        **{
            f"admin:reviews_{name}": project
            for name in ("project", "project_act", "payment")
        },
        "admin:reviews_change": change,
        "admin:reviews_deliverable": final,
        "admin:reviews_accounts": final,
        "admin:reviews_accounts_scan": final | {"scan": stamped["pk"]},
        "admin:reviews_deliverable_file": final
        | {"file": world.one(DeliverableFile, deliverable=world.kept["accounts"]).file_id},
        "account_confirm_email": {"key": "no-such-key"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "no-such-key"},
        "documents:verify_code": {"code": document.code},
        "register:status": organisation,
        "register:edit": organisation,
        "register:associate": organisation | {"issuer_pk": scene.issuer.pk},
        "register:ask": organisation,
        "register:member": membership,
        "register:member_end": membership,
        "register:request": {"pk": world.one(MembershipRequest).pk},
        "register:invitation_renew": {"pk": world.invitation.pk},
        "register:invitation_revoke": {"pk": world.invitation.pk},
        "register:accept": {"code": PRINTED_CODE},
        "seals:detail": seal,
        "seals:revoke": seal,
        "mail:read": {"item_id": world.one(InboxItem, user=world.unit.filler).pk},
        "jobs:status": job,
        "jobs:result": job,
        "applications:start": {"category_id": scene.categories[0].pk},
        "applications:packet": of_draft,
        "applications:check": of_draft,
        "applications:add": of_draft,
        "applications:save_plan": of_draft | {"section": "basics"},
        "applications:plan_step": of_draft | {"section": "basics"},
        "applications:preview": of_draft,
        "applications:signoff": of_draft,
        "applications:take_back": of_hand_in,
        "applications:form": of_draft,
        "applications:scan": of_draft,
        "applications:seal": of_draft,
        "applications:hand_in": of_draft,
        "applications:receipt": receipt,
        "applications:receipt_pdf": receipt,
        "applications:version": version,
        "applications:version_pdf": version,
        "calls:blank_form": call | {"category_pk": scene.categories[0].pk},
        "applications:version_word": version,
        "applications:application": application,
        "applications:save": application | {"section": "basics"},
        "applications:step": application | {"section": "basics"},
        "applications:partners": application,
        "applications:avoid": application,
        "applications:upload": application | {"key": "basics.files"},
        "applications:withdraw": application,
        "applications:partner_answer": {"pk": world.one(Partner, state="pending").pk},
        "applications:attachment": attachment,
        "applications:detach": attachment,
        "applications:scan_file": {"pk": world.one(SignedScan, version__packet=packet).pk},
        "applications:letter": {"pk": world.one(Partner, state="named").pk},
        **{
            f"admin:reviews_{name}": call
            for name in ("call", "register", "forms", "dossiers", "evening", "evening_table", "deciding", "hand_up",
                         "publish", "exceptions", "paper_register", "paper_table",
                         "archive")
        },
        **{
            f"admin:reviews_{name}": submission
            for name in ("check", "return", "refuse", "reopen", "dossier")
        },
        "admin:reviews_archive_file": call | {"run": world.kept["archive"].pk},
        "admin:reviews_archive_check": call | {"run": world.kept["archive"].pk},
        "admin:reviews_openness": submission,
        "admin:reviews_retention_keep": {"pk": packet.pk},
        "admin:people_user_data": {"pk": world.scene.unit.filler.pk},
        "admin:people_user_erase": {"pk": world.scene.unit.filler.pk},
        "showcase:project": {"pk": world.kept["photo"].showcase_id},
        "showcase:photo": {
            "pk": world.kept["photo"].showcase_id, "photo_pk": world.kept["photo"].pk,
        },
        "admin:reviews_paper_photo": call,
        "admin:reviews_paper_undo": call | {"arrival": world.kept["arrival"].pk},
        "admin:reviews_flag": submission | {"flag": world.one(Flag, application=handed_in).pk},
        "admin:reviews_scan": submission
        | {"scan": world.one(SignedScan, version__packet=packet).pk},
        "admin:reviews_list_scan": {
            "pk": world.kept["own_list"].entries.get().application_id,
            "made": world.kept["own_list"].pk,
        },
        "admin:reviews_print": submission,
        "admin:reviews_version": submission | {"no": 1},
        "admin:reviews_paper": submission | {"key": "content"},
        **{
            f"admin:reviews_{name}": {"pk": world.kept["stage"].pk}
            for name in ("panel", "sheet", "assign", "summary", "summary_table", "take_over", "take_back", "records",
                         "meeting_plan")
        },
        "admin:reviews_meeting": {"pk": world.kept["meeting"].pk},
        "admin:reviews_record": {"pk": world.kept["record"].pk, "which": "printed"},
        "admin:reviews_record_sign": {"pk": world.kept["record"].pk},
        "desk:meeting": {"pk": world.kept["meeting"].pk},
        "desk:vote": {
            "pk": world.kept["meeting"].pk, "item": world.kept["meeting"].items.all()[0].pk,
        },
        "desk:record": {"pk": world.kept["record"].pk, "which": "printed"},
        "desk:sign": {"pk": world.kept["record"].pk},
        "desk:print_sheet": {"pk": world.kept["record"].panel_id},
        "admin:reviews_assignment": {"pk": world.kept["assignment"].pk},
        "admin:reviews_experts_diff": {"pk": world.kept["list"].pk},
        **{
            f"admin:reviews_expert_{name}": {"pk": world.kept["tie"].expert_id}
            for name in ("invite", "end")
        },
        **{
            f"desk:{name}": {"pk": world.kept["assignment"].pk}
            for name in ("file", "clear", "recuse", "save", "sheet")
        },
        "desk:paper": {"pk": world.kept["assignment"].pk, "number": 1},
        "desk:drop_tie": {"pk": world.kept["tie"].pk},
        "desk:join": {"code": EXPERT_CODE},
        **{
            f"admin:reviews_{name}": {"pk": world.kept["publicity"].call_id}
            for name in ("approval", "publicise", "publicity", "strike", "call_off", "announce")
        },
        **{f"admin:reviews_{name}": call for name in ("awards", "feedback")},
        "admin:reviews_award": {
            "pk": world.kept["award"].notice.about_id, "award_pk": world.kept["award"].pk,
        },
        "admin:reviews_objection": {"pk": world.kept["objection"].pk},
        "admin:reviews_objection_file": {
            "pk": world.kept["objection"].pk,
            "file_pk": world.kept["objection"].files.get().pk,
        },
        "objections:file": {"pk": world.kept["publicity"].notice_id},
        "objections:receipt": {"code": world.kept["objection_code"]},
        "outcome:packet": of_hand_in,
        "outcome:give_up": {"pk": world.handed_in.pk},
        "outcome:award": of_hand_in | {"award_pk": world.kept["award"].pk},
        "admin:view_on_site": {"content_type_id": 1, "object_id": 1},
        "admin:app_list": {"app_label": "people"},
        "admin:documents_document_file": {"pk": document.pk},
        "admin:seals_authority_revocations": {"pk": world.one(Authority).pk},
        "admin:people_affiliation_decide": affiliation,
        "admin:people_affiliation_end": affiliation,
        "admin:register_importrun_template": {"kind": "units"},
        "admin:register_importrun_upload": {"kind": "units"},
        "admin:register_importrun_diff": {"pk": world.one(ImportRun).pk},
        "admin:people_staffpost_end": {"pk": world.one(StaffPost, user=scene.officer).pk},
        **{
            f"admin:people_organisation_{name}": organisation
            for name in ("merge", "hand_over", "on_behalf", "accept_code")
        },
        **{
            f"admin:calls_call_{name}": call_draft
            for name in ("editor", "export", "preview", "publish", "archive", "clone", "discard",
                         "step", "attach", "form")
        },
        "admin:calls_call_settings": call_draft | {"slug": "dates"},
        "admin:calls_rule_add": call_draft,
        "admin:calls_open_point_settle": call_draft | {"row_pk": 1},
        "admin:calls_open_point_declare": call_draft | {"row_pk": 1},
        "admin:calls_rule_ask": call | {"row_pk": scene.quota_all.pk},
        "admin:calls_rule_edit": call
        | {"row_pk": scene.quota_all.pk},
        "admin:calls_part_add": call_draft | {"slug": "section"},
        "admin:calls_form_order": call_draft,
        "admin:calls_form_revise": call_draft,
        "admin:calls_part_copy": part,
        "admin:calls_part_edit": part,
        "admin:calls_part_move": part,
        "admin:calls_part_remove": part,
        "admin:calls_notice_editor": notice_draft,
        "admin:calls_notice_act": notice_draft,
        "calls:notice": {"pk": world.kept["notice"].pk},
        "calls:attachment": {
            "pk": world.kept["notice"].pk, "attachment_pk": world.kept["attachment"].pk,
        },
        "calls:detail": call,
        "calls:calendar": call,
    }  # fmt: skip
