"""Staff fill in for a unit: only theirs, only filling, seen on every page, written down."""

from __future__ import annotations

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.test import RequestFactory

from portal import clock
from portal.audit.models import AuditEntry
from portal.mail.models import Message
from portal.people.enums import Right, StaffRole, VerificationState
from portal.people.models import Membership, Organisation, StaffPost, User
from portal.register import access
from tests.factories.people import AffiliationFactory, StaffPostFactory
from tests.portal.register.conftest import SignIn

pytestmark = pytest.mark.django_db


def acting(user: User, unit: Organisation, issuer_pk: int) -> HttpRequest:
    """Return a request in whose session the mark is set, as the admin sets it."""
    request = RequestFactory().get("/")
    request.user = user
    request.session = SessionStore()
    request.session[access.ON_BEHALF_KEY] = {"unit": unit.pk, "issuer": issuer_pk}
    return request


def test_officers_get_the_fillers_right_and_no_other(
    officer: StaffPost, unit: Organisation
) -> None:
    request = acting(officer.user, unit, officer.issuer_id)
    assert access.acting_unit(request) == unit
    assert access.current_unit(request) == unit
    assert access.require_right(request, unit) is None
    assert access.require_right(request, unit, Right.FILLER) is None
    for right in (Right.APPROVER, Right.SEAL_KEEPER, Right.ADMINISTRATOR):
        with pytest.raises(PermissionDenied):
            access.require_right(request, unit, right)


def test_every_other_unit_stays_closed(officer: StaffPost, unit: Organisation) -> None:
    other = AffiliationFactory.create(issuer=officer.issuer).organisation
    with pytest.raises(Http404):
        access.require_right(acting(officer.user, unit, officer.issuer_id), other)


def test_the_mark_dies_with_the_post(officer: StaffPost, unit: Organisation) -> None:
    officer.ended_at = clock.now()
    officer.save()
    assert access.acting_unit(acting(officer.user, unit, officer.issuer_id)) is None


@pytest.mark.parametrize("role", [StaffRole.OFFICIAL])
def test_officials_do_not_fill_in(role: str, unit: Organisation) -> None:
    post = StaffPostFactory.create(issuer=unit.affiliations.get().issuer, role=role)
    assert access.acting_unit(acting(post.user, unit, post.issuer_id)) is None


def test_a_mark_for_another_associations_unit_is_worthless(
    rival_officer: StaffPost, unit: Organisation
) -> None:
    request = acting(rival_officer.user, unit, rival_officer.issuer_id)
    assert access.acting_unit(request) is None
    stolen = acting(rival_officer.user, unit, unit.affiliations.get().issuer_id)
    assert access.acting_unit(stolen) is None


def test_the_mark_dies_with_the_affiliation(officer: StaffPost, unit: Organisation) -> None:
    unit.affiliations.update(state=VerificationState.ENDED)
    assert access.acting_unit(acting(officer.user, unit, officer.issuer_id)) is None


def test_beginning_and_stopping_are_written_down_and_shown(
    officer: StaffPost, unit: Organisation, colleague: Membership, sign_in: SignIn
) -> None:
    client = sign_in(officer.user)
    url = f"/admin/people/organisation/{unit.pk}/on-behalf/"
    assert client.get(url).status_code == 200
    assert not AuditEntry.objects.filter(action="on_behalf_started").exists()
    assert client.post(url, {"issuer": officer.issuer_id}).headers["Location"] == "/my/"
    told = Message.objects.get(to_email=colleague.user.email)
    assert told.subject == f"{officer.issuer.organisation.name}正在代{unit.name}填报"
    assert officer.user.name in told.body
    page = client.get("/register/profile/").content.decode()
    assert unit.name in page
    assert "/register/on-behalf/stop/" in page
    # The unit's people and data stay out of reach.
    assert client.get("/register/members/").status_code == 404
    assert client.get(f"/register/units/{unit.pk}/").status_code == 404
    client.post("/register/on-behalf/stop/")
    assert "/register/on-behalf/stop/" not in client.get("/register/profile/").content.decode()
    actions = AuditEntry.objects.filter(action__startswith="on_behalf").order_by("pk")
    assert [(a.action, a.actor_id, a.organisation_id) for a in actions] == [
        ("on_behalf_started", officer.user.pk, unit.pk),
        ("on_behalf_stopped", officer.user.pk, unit.pk),
    ]


def test_signing_out_stops_it_too(officer: StaffPost, unit: Organisation, sign_in: SignIn) -> None:
    client = sign_in(officer.user)
    client.post(f"/admin/people/organisation/{unit.pk}/on-behalf/", {"issuer": officer.issuer_id})
    client.post("/accounts/logout/")
    assert AuditEntry.objects.filter(action="on_behalf_stopped").count() == 1


def test_only_working_staff_of_the_association_begin(
    official: StaffPost, rival_officer: StaffPost, colleague: Membership, sign_in: SignIn
) -> None:
    url = f"/admin/people/organisation/{colleague.organisation.pk}/on-behalf/"
    data = {"issuer": official.issuer_id}
    assert sign_in(official.user).post(url, data).status_code == 403
    assert sign_in(rival_officer.user).post(url, data).status_code == 404
    assert sign_in(colleague.user).post(url, data).status_code in (302, 404)
    assert not AuditEntry.objects.filter(action="on_behalf_started").exists()
