"""Award notices under the association's own seal: one password for all, each sealed once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from applications.states import State
from calls.enums import PublicityCounting, PublicityWhere
from calls.models import PublicityRule
from portal import clock
from portal.documents.models import Document
from portal.documents.services import render_document
from portal.people.models import User
from portal.seals.models import SealUse
from reviews.awards import file_of
from reviews.board import board_of, fingerprint
from reviews.models import AwardNotice, Decision, Publicity
from reviews.services import awarding, publicising
from tests.factories.people import StaffPostFactory
from tests.factories.reviews import Scene, many_submissions
from tests.factories.seals import PASSWORD, keeper_of, seal_of, trusted_authority


@pytest.fixture
def clerk(scene: Scene) -> User:
    """Work for the association and keep its seal."""
    keeper = keeper_of(scene.issuer.organisation)
    StaffPostFactory(user=keeper, issuer=scene.issuer)
    return keeper


def announced(scene: Scene, clerk: User) -> list[AwardNotice]:
    """Announce two projects of two units, strike a third, and set the notices of the list."""
    PublicityRule.objects.create(
        call=scene.call, where=PublicityWhere.ASSOCIATION, length=1,
        counting=PublicityCounting.HOURS,
    )  # fmt: skip
    rows = [many_submissions(scene, 1, State.ACCEPTED)[0] for _number in range(3)]
    for row in rows:
        Decision.objects.create(application=row, outcome="selected", by=clerk, at=clock.now())
    publicity = publicising.publicise(
        call_id=scene.call.pk, seen=fingerprint(board_of(scene.call).to_publish), title="公示",
        by=clerk,
    )  # fmt: skip
    struck = publicity.entries.get(application=rows[2])
    publicising.strike(
        publicity_id=publicity.pk, entry_id=struck.pk, by=clerk, reason="申报单位放弃"
    )
    Publicity.objects.update(begins_at=clock.now() - dt.timedelta(hours=2), ends_at=clock.now())
    publicity.refresh_from_db()
    notice = publicising.announce(
        publicity_id=publicity.pk,
        seen=fingerprint(publicising.to_announce(publicity, board_of(scene.call))),
        title="名单",
        by=clerk,
    )
    rows[2].refresh_from_db()
    assert rows[2].state == State.NOT_SELECTED
    made = awarding.make(call_id=scene.call.pk, notice_id=notice.pk, by=clerk)
    for award in made:
        assert render_document(Document.objects.get(subject_label=award.label).pk)
    return made


def test_the_keeper_seals_all_of_them_at_once(scene: Scene, clerk: User) -> None:
    seal = seal_of(scene.issuer.organisation, trusted_authority(), by=clerk)
    awards = announced(scene, clerk)
    assert len(awards) == 2
    desk = Client()
    desk.force_login(clerk)
    page = reverse("admin:reviews_awards", args=[scene.call.pk])
    wrong = desk.post(page, {"do": "seal", "seal": seal.pk, "password": "wrong", "place": ""})
    assert (wrong.status_code, SealUse.objects.count()) == (409, 0)
    sent = {"do": "seal", "seal": seal.pk, "password": PASSWORD, "place": "示例市"}
    assert desk.post(page, sent).status_code == 302
    assert SealUse.objects.filter(party="issuer").count() == 2
    for award in awards:
        stored = file_of(award)
        assert stored is not None
        with stored.file.open("rb") as content:
            assert b"/ByteRange" in content.read()
    # Nothing is left to seal, and a second time adds nothing.
    assert awarding.unsealed(awards) == []
    desk.post(page, sent)
    assert SealUse.objects.count() == 2


def test_a_colleague_without_the_seal_does_not_seal(scene: Scene, clerk: User) -> None:
    seal = seal_of(scene.issuer.organisation, trusted_authority(), by=clerk)
    announced(scene, clerk)
    desk = Client()
    desk.force_login(scene.officer)
    page = reverse("admin:reviews_awards", args=[scene.call.pk])
    desk.post(page, {"do": "seal", "seal": seal.pk, "password": PASSWORD, "place": ""})
    assert not SealUse.objects.exists()
