"""Who judges and what she says: canaries in every reviewer-private field, found by nobody else."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import AvoidedExpert
from portal import clock
from portal.mail.models import Message
from portal.people.models import Organisation, User
from reviews.models import Assignment, AssignmentState, Choice, Expert, ExpertTie, SheetEntry, Vote
from reviews.services import scoring
from tests.adversary.planting import text_columns
from tests.adversary.test_canaries import text_of
from tests.consistency.walking import urls_of
from tests.factories.experts import fill_in, user_of
from tests.factories.world import World, make_world

NAME, WORDS, UNIT = "金丝雀专家", "夜莺评语", "白鹭大学"
CANARIES = (NAME, WORDS, UNIT)
# What only the association reads, and with it the expert or the person who wrote it.
PRIVATE = {
    "Assignment", "Expert", "ExpertList", "ExpertTie", "ListApproval", "Meeting", "MeetingItem",
    "Objection", "ObjectionLog", "Score", "SheetEntry",
}  # fmt: skip
# What is told to units or to the public when its time has come, or is the portal's own word.
TOLD = {
    "ArchiveRun", "CheckItem", "Decision", "Feedback", "FormalCheck", "Publicity", "Showcase",
    "ShowcasePhoto",
}  # fmt: skip
# Private models the world has no row of.
EMPTY = {"ListApproval"}
# Texts of private models with readers of their own, and those planted so that people differ.
APART = {
    ("Expert", "name"), ("Expert", "unit_name"), ("Meeting", "place"),
    ("Objection", "answer"), ("SheetEntry", "text"),
}  # fmt: skip
# Applicants, the unit that is judged included, and the staff of another association.
OTHERS = ("anonymous", "filler", "approver", "stranger", "partner", "other_staff")


@pytest.fixture
def world(db: None, settings: Any) -> World:
    """Both experts have names, units and words that stand nowhere else; one sheet is handed in."""
    settings.DEMO = True
    made = make_world()
    other: Assignment = made.kept["other_assignment"]
    fill_in(other, note=WORDS)
    scoring.hand_in(assignment_id=other.pk, version_id=other.version_id, by=user_of(other.expert))
    for number, expert in enumerate(Expert.objects.exclude(user=None)):
        Expert.objects.filter(pk=expert.pk).update(
            name=f"{NAME}{number}", unit_name=f"{UNIT}{number}", note=WORDS
        )
        User.objects.filter(pk=user_of(expert).pk).update(name=f"{NAME}{number}")
    SheetEntry.objects.filter(key="opinion").update(text=WORDS)
    planted = plant_private()
    assert {model for model in PRIVATE if not planted[model]} == EMPTY | {"SheetEntry"}
    meeting = made.kept["meeting"]
    Vote.objects.create(item=meeting.items.all()[0], expert=other.expert, choice=Choice.AGAINST)
    return made


def plant_private() -> Counter[str]:
    """Write the words into every text of the private models; count the rows of each."""
    planted: Counter[str] = Counter()
    for model, column in text_columns():
        if model.__name__ in PRIVATE and (model.__name__, column.name) not in APART:
            said = WORDS[: column.max_length] if column.max_length else WORDS
            # Who is only invited reads what is known of her behind her own link.
            rows = model.objects.exclude(user=None) if model is Expert else model.objects
            planted[model.__name__] += rows.update(**{column.name: said})
    return planted


def test_every_text_of_the_reviews_is_known_as_private_or_as_told() -> None:
    """Whoever adds a model says here who reads it."""
    named = {
        model.__name__
        for model, _column in text_columns()
        if model.__module__.startswith("reviews.")
    }
    assert named == PRIVATE | TOLD


def found_by(client: Client, world: World, canaries: tuple[str, ...]) -> list[tuple[str, str]]:
    read = 0
    found = []
    for name, url in urls_of(world).items():
        text = text_of(client.get(url))
        found += [(name, canary) for canary in canaries if canary in text]
        read += 1
    assert read > 200
    return found


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_outside_learns_who_judges_or_what_was_said(world: World, role: str) -> None:
    assert found_by(world.browser(role), world, CANARIES) == []


def test_the_unit_that_is_judged_learns_nothing(world: World) -> None:
    unit = world.decided.packet.organisation
    client = Client()
    client.force_login(User.objects.filter(memberships__organisation=unit)[0])
    packet = world.decided.packet_id
    pages = [
        reverse("applications:my"), reverse("mail:inbox"),
        reverse("applications:packet", args=[packet]),
        reverse("applications:version", args=[packet, 1]),
    ]  # fmt: skip
    for url in pages:
        response = client.get(url)
        assert response.status_code == 200
        assert not [c for c in CANARIES if c in text_of(response)], url


def test_an_expert_finds_nothing_of_the_others(world: World) -> None:
    """Her own name and words are hers; the other expert's stand on none of her pages."""
    one: Assignment = world.kept["assignment"]
    other: Assignment = world.kept["other_assignment"]
    Expert.objects.filter(pk=one.expert_id).update(
        name="本人", unit_name="本单位", title="", phone="", note=""
    )
    ExpertTie.objects.filter(expert=one.expert_id).update(unit_name="有关单位", reason="")
    User.objects.filter(pk=user_of(one.expert).pk).update(name="本人")
    one.entries.update(text="本人意见")
    Assignment.objects.filter(pk=one.pk).update(opinion="", reopened_reason="", ended_reason="")
    client = world.browser("expert")
    for name in ("files", "profile"):
        page = client.get(reverse(f"desk:{name}"))
        assert page.status_code == 200
        assert not [c for c in CANARIES if c in text_of(page)]
    own = client.get(reverse("desk:file", args=[one.pk]))
    assert own.status_code == 200
    assert not [c for c in CANARIES if c in text_of(own)]
    for name in ("file", "save", "sheet", "clear", "recuse"):
        address = reverse(f"desk:{name}", args=[other.pk])
        method = client.get if name == "file" else client.post
        assert method(address).status_code == 404


def test_the_association_itself_finds_them(world: World) -> None:
    other: Assignment = world.kept["other_assignment"]
    page = world.browser("officer").get(reverse("admin:reviews_assignment", args=[other.pk]))
    assert NAME in page.text
    assert WORDS in page.text


def test_staff_do_not_read_a_sheet_that_is_not_handed_in(world: World) -> None:
    one: Assignment = world.kept["assignment"]
    assert one.state != AssignmentState.SUBMITTED
    one.entries.update(text="尚未提交之言")
    page = world.browser("officer").get(reverse("admin:reviews_assignment", args=[one.pk]))
    assert page.status_code == 200
    assert "尚未提交之言" not in page.text


def test_whom_an_applicant_avoids_only_the_unit_and_the_staff_read(world: World) -> None:
    """Not the recommending unit, not the experts, no other unit, no printed form."""
    AvoidedExpert.objects.create(
        application_id=world.decided.pk, name="夜鹭专家", reason="苍鹭理由",
        named_by=world.unit.filler, named_at=clock.now(),
    )  # fmt: skip
    secrets = ("夜鹭专家", "灰鹭大学", "苍鹭理由")
    for role in ("stranger", "partner", "expert"):
        assert found_by(world.browser(role), world, secrets) == [], role
    unit = world.browser("filler")
    own = unit.get(reverse("applications:avoid", args=[world.draft.pk]))
    assert all(secret in own.text for secret in secrets)
    for name in ("applications:packet", "applications:check"):
        text = text_of(unit.get(reverse(name, args=[world.draft.packet_id])))
        assert not [s for s in secrets if s in text], name
    page = world.browser("officer").get(
        reverse("admin:reviews_submission_change", args=[world.decided.pk])
    )
    assert secrets[0] in page.text


def test_mails_to_units_name_no_expert(world: World) -> None:
    experts = set(Expert.objects.values_list("email", flat=True))
    for message in Message.objects.exclude(to_email__in=experts):
        assert NAME not in message.subject + message.body
        assert "专家示例" not in message.subject + message.body


def test_a_blind_reviewer_reads_no_name_of_who_applies(world: World) -> None:
    one: Assignment = world.kept["assignment"]
    unit = one.application.packet.organisation
    # Applicants write their own name into their texts: these words of the answers are it now.
    own_words = "省内研究生"
    assert own_words in str(one.version.content)
    Organisation.objects.filter(pk=unit.pk).update(name=own_words)
    client = world.browser("expert")
    for url in (reverse("desk:files"), reverse("desk:file", args=[one.pk])):
        text = text_of(client.get(url))
        for trace in (
            own_words,
            unit.name,
            unit.head_name,
            unit.uscc,
            unit.phone,
            one.application.number,
        ):
            assert trace not in text, trace
        assert str(one.application_id) not in text


def test_an_expert_without_a_second_factor_is_sent_to_set_one_up(
    world: World, settings: Any
) -> None:
    settings.DEMO = False
    client = world.browser("expert")
    one: Assignment = world.kept["assignment"]
    for url in (reverse("desk:files"), reverse("desk:file", args=[one.pk])):
        response = client.get(url)
        assert response.status_code == 302
        assert response.headers["Location"] == reverse("mfa_activate_totp")
