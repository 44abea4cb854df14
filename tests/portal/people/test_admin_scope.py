"""Lists, choices, filters, searches, deletions and histories hold the own associations' rows only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.models import Permission
from django.http import HttpRequest
from django.test import RequestFactory

from portal.people.admin_scope import IssuerScopedAdmin, IssuerScopedTabularInline
from portal.people.enums import StaffRole
from portal.people.models import Affiliation, FactCode, Issuer, Organisation, User, YearlyFact
from tests.factories.people import (
    AffiliationFactory,
    FactCodeFactory,
    IssuerFactory,
    OrganisationFactory,
    StaffPostFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
site = AdminSite()


class AffiliationInline(IssuerScopedTabularInline):
    model = Affiliation


class OrganisationAdmin(IssuerScopedAdmin):
    issuer_lookup = "affiliations__issuer"
    inlines = (AffiliationInline,)
    search_fields = ("name",)


class FactCodeAdmin(IssuerScopedAdmin):
    search_fields = ("label",)
    list_filter = ("issuer",)


class YearlyFactAdmin(IssuerScopedAdmin):
    issuer_lookup = "code__issuer"
    list_filter = ("code", "code__issuer", "year")
    autocomplete_fields = ("code",)


site.register(Organisation, OrganisationAdmin)
site.register(FactCode, FactCodeAdmin)
site.register(YearlyFact, YearlyFactAdmin)


@dataclass
class World:
    """Two associations, what belongs to each, and a unit that belongs to both."""

    own: Issuer
    foreign: Issuer
    own_code: FactCode
    foreign_code: FactCode
    shared: Organisation


@pytest.fixture
def world() -> World:
    own, foreign = IssuerFactory.create(), IssuerFactory.create()
    shared = OrganisationFactory.create(name="两家的学会")
    for issuer in (own, foreign):
        AffiliationFactory.create(organisation=shared, issuer=issuer)
    return World(
        own, foreign, FactCodeFactory.create(issuer=own), FactCodeFactory.create(issuer=foreign),
        shared,
    )  # fmt: skip


def person(*posts: tuple[Issuer, StaffRole], **fields: Any) -> User:
    """A person with every permission of people: what is refused is refused by scope."""
    user = UserFactory.create(is_staff=True, **fields)
    for issuer, role in posts:
        StaffPostFactory.create(user=user, issuer=issuer, role=role)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="people"))
    return user


def request_of(user: User, path: str = "/", **data: Any) -> HttpRequest:
    request = RequestFactory().get(path, data)
    request.user = user
    return request


def officer(world: World) -> User:
    return person((world.own, StaffRole.OFFICER))


def admin_of(model: type[Any]) -> Any:
    return site.get_model_admin(model)


def test_lists_hold_the_own_rows_only(world: World) -> None:
    request = request_of(officer(world))
    assert list(admin_of(FactCode).get_queryset(request)) == [world.own_code]


def test_a_unit_of_two_own_associations_is_listed_once(world: World) -> None:
    user = person((world.own, StaffRole.OFFICER), (world.foreign, StaffRole.OFFICER))
    rows = admin_of(Organisation).get_queryset(request_of(user))
    assert [row.pk for row in rows if row == world.shared] == [world.shared.pk]
    assert not rows.query.distinct, "Django refuses to delete from a DISTINCT query"


def test_the_operator_sees_everything(world: World) -> None:
    request = request_of(UserFactory.create(is_staff=True, is_superuser=True))
    assert admin_of(FactCode).get_queryset(request).count() == FactCode.objects.count()
    assert admin_of(FactCode).has_change_permission(request, world.foreign_code)


def test_somebody_without_a_post_sees_nothing(world: World) -> None:
    request = request_of(person())
    assert not admin_of(FactCode).get_queryset(request).exists()
    assert not admin_of(FactCode).has_view_permission(request)


@pytest.mark.parametrize("verb", ["view", "change", "delete"])
def test_a_single_row_is_judged_by_its_own_association(world: World, verb: str) -> None:
    request = request_of(officer(world))
    may = getattr(admin_of(FactCode), f"has_{verb}_permission")
    assert may(request, world.own_code)
    assert not may(request, world.foreign_code)


def test_an_official_reads_only(world: World) -> None:
    request = request_of(person((world.own, StaffRole.OFFICIAL)))
    admin = admin_of(FactCode)
    assert admin.has_view_permission(request, world.own_code)
    assert not admin.has_change_permission(request, world.own_code)
    assert not admin.has_delete_permission(request, world.own_code)
    assert not admin.has_add_permission(request)


def test_whoever_reads_here_and_works_there_changes_only_there(world: World) -> None:
    user = person((world.own, StaffRole.OFFICIAL), (world.foreign, StaffRole.HEAD))
    request, admin = request_of(user), admin_of(FactCode)
    assert admin.has_view_permission(request, world.own_code)
    assert not admin.has_change_permission(request, world.own_code)
    assert admin.has_change_permission(request, world.foreign_code)
    offered = admin.get_form(request)().fields["issuer"].queryset
    assert list(offered) == [world.foreign], "nothing can be moved to where one only reads"


def test_scope_opens_nothing_that_the_role_does_not(world: World) -> None:
    user = officer(world)
    user.user_permissions.clear()
    user.groups.clear()
    assert not admin_of(FactCode).has_view_permission(request_of(User.objects.get(pk=user.pk)))


def test_a_forged_choice_of_anothers_row_is_refused(world: World) -> None:
    form_class = admin_of(YearlyFact).get_form(request_of(officer(world)))
    unit = world.shared.pk
    data = {"organisation": unit, "year": 2025, "value": "yes", "note": ""}
    assert form_class({**data, "code": world.own_code.pk}).is_valid()
    forged = form_class({**data, "code": world.foreign_code.pk})
    assert not forged.is_valid()
    assert "code" in forged.errors


def test_choices_of_a_model_without_admin_follow_its_issuer(world: World) -> None:
    admin = admin_of(FactCode)
    offered = admin.choices_for(Affiliation, request_of(officer(world)))
    assert {row.issuer for row in offered} == {world.own}
    assert admin.choices_for(User, request_of(officer(world))) is None, "belongs to nobody"


def test_completing_a_choice_offers_the_own_rows_only(world: World) -> None:
    request = request_of(
        officer(world), "/", app_label="people", model_name="yearlyfact", field_name="code", term=""
    )
    response = AutocompleteJsonView.as_view(admin_site=site)(request)
    found = {row["id"] for row in json.loads(response.content)["results"]}  # type: ignore[attr-defined]
    assert found == {str(world.own_code.pk)}


def test_filters_beside_a_list_name_the_own_rows_only(world: World) -> None:
    request = request_of(officer(world))
    request.resolver_match = None
    second = FactCodeFactory.create(issuer=world.own)
    filters = admin_of(YearlyFact).get_changelist_instance(request).filter_specs
    offered = {one.field_path: getattr(one, "lookup_choices", []) for one in filters}
    assert {choice[0] for choice in offered["code"]} == {world.own_code.pk, second.pk}
    assert "code__issuer" not in offered, "one's only association is no choice"


def test_inlines_show_the_own_rows_of_a_shared_parent(world: World) -> None:
    inline = AffiliationInline(Organisation, site)
    rows = inline.get_queryset(request_of(officer(world))).filter(organisation=world.shared)
    assert [row.issuer for row in rows] == [world.own]
    reader = request_of(person((world.own, StaffRole.OFFICIAL)))
    assert not inline.has_add_permission(reader, world.shared)
    assert not inline.has_change_permission(reader, world.shared)
    assert not inline.has_delete_permission(reader, world.shared)


def test_a_deletion_that_reaches_another_association_is_refused_without_names(
    world: World,
) -> None:
    request = request_of(officer(world))
    admin = admin_of(Organisation)
    listed, counts, missing, protected = admin.get_deleted_objects([world.shared], request)
    assert (listed, counts, missing) == ([], {}, set())
    assert len(protected) == 1
    assert str(world.foreign) not in protected[0]


def test_a_deletion_within_the_own_association_goes_its_usual_way(world: World) -> None:
    listed, counts, _missing, protected = admin_of(FactCode).get_deleted_objects(
        [world.own_code], request_of(officer(world))
    )
    assert listed
    assert counts
    assert not protected


def test_the_history_of_a_row_is_its_traces(world: World) -> None:
    request = request_of(officer(world))
    response = admin_of(Organisation).history_view(request, str(world.shared.pk))
    assert response.headers["Location"].endswith(f"/auditentry/?organisation_id={world.shared.pk}")
    response = admin_of(FactCode).history_view(request, str(world.own_code.pk))
    assert response.headers["Location"].endswith(f"?target=people.factcode%3A{world.own_code.pk}")


def test_the_history_of_anothers_row_is_not_found(world: World) -> None:
    request = request_of(officer(world))
    assert admin_of(FactCode).get_object(request, str(world.foreign_code.pk)) is None
    assert admin_of(FactCode).get_object(request, str(world.own_code.pk)) == world.own_code
