"""Notices, calls and their parts for every test."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import factory

from calls.callfile import read_call
from calls.enums import FieldKind, FieldRole, NoticeKind, NoticeState, SlotsKind
from calls.models import Call, Category, Contact, FormField, FormSection, Notice, Rule
from calls.services.publish import publish_call
from portal import clock
from portal.people.models import Issuer
from tests.factories.people import IssuerFactory

CALL_FILES = Path(__file__).parents[2] / "demo" / "calls"
DAY = dt.timedelta(days=1)


class NoticeFactory(factory.django.DjangoModelFactory[Notice]):
    """A general notice that is not published."""

    class Meta:
        model = Notice

    issuer = factory.SubFactory(IssuerFactory)
    kind = NoticeKind.GENERAL
    title = factory.Sequence(lambda n: f"示例通知{n}")
    body = "一、示例\n示例正文。"


class PublishedNoticeFactory(NoticeFactory):
    """A general notice the public reads."""

    state = NoticeState.PUBLISHED
    published_at = factory.LazyFunction(lambda: clock.now() - DAY)


class BareCallFactory(factory.django.DjangoModelFactory[Call]):
    """A draft with nothing in it: no category, no form, no contact."""

    class Meta:
        model = Call

    issuer = factory.SubFactory(IssuerFactory)
    notice = factory.SubFactory(
        NoticeFactory, issuer=factory.SelfAttribute("..issuer"), kind=NoticeKind.CALL
    )
    code = factory.Sequence(lambda n: f"call-{n}")
    title = factory.Sequence(lambda n: f"示例征集{n}")
    year = 2026
    opens_at = factory.LazyFunction(lambda: clock.now() - DAY)
    closes_at = factory.LazyFunction(lambda: clock.now() + 7 * DAY)
    form_title = "示例申报书"


class CategoryFactory(factory.django.DjangoModelFactory[Category]):
    """A category without a limit on its places and without money."""

    class Meta:
        model = Category

    call = factory.SubFactory(BareCallFactory)
    code = factory.Sequence(lambda n: f"category-{n}")
    title = factory.Sequence(lambda n: f"示例类别{n}")
    slots_kind = SlotsKind.UNLIMITED
    position = factory.Sequence(lambda n: n)


class RuleFactory(factory.django.DjangoModelFactory[Rule]):
    """One application in all; pass kind and params for another rule."""

    class Meta:
        model = Rule

    call = factory.SubFactory(BareCallFactory)
    kind = "quota"
    params = {"limit": 1, "scope": "call"}
    clause = "每个单位限报1项。"
    position = factory.Sequence(lambda n: n)


class FormSectionFactory(factory.django.DjangoModelFactory[FormSection]):
    """A step of every application."""

    class Meta:
        model = FormSection

    call = factory.SubFactory(BareCallFactory)
    code = factory.Sequence(lambda n: f"section-{n}")
    title = factory.Sequence(lambda n: f"示例步骤{n}")
    position = factory.Sequence(lambda n: n)


class FormFieldFactory(factory.django.DjangoModelFactory[FormField]):
    """A short text that must be filled in."""

    class Meta:
        model = FormField

    section = factory.SubFactory(FormSectionFactory)
    code = factory.Sequence(lambda n: f"field-{n}")
    label = factory.Sequence(lambda n: f"示例问题{n}")
    kind = FieldKind.SHORT_TEXT
    position = factory.Sequence(lambda n: n)


class CallFactory(BareCallFactory):
    """A draft that could be published: a category, a form with a title, a contact."""

    class Meta:
        model = Call
        skip_postgeneration_save = True

    @factory.post_generation
    def parts(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """Give the call the least a call needs."""
        if not create:
            return
        CategoryFactory(call=self, code="only")
        section = FormSectionFactory(call=self, code="basic", title="基本信息")
        FormFieldFactory(section=section, code="title", label="名称", role=FieldRole.TITLE)
        Contact.objects.create(call=self, name="丙示例", phone="0000-1000000")


def published_call(**values: Any) -> Call:
    """Return an open call that was published by its service."""
    return publish_call(CallFactory(**values), by=None)


def seed_call(name: str, *, issuer: Issuer | None = None) -> Call:
    """Return a draft of one of the two seed calls, jilin-2024 or jiaxing-2023."""
    text = (CALL_FILES / f"{name}.yaml").read_text(encoding="utf-8")
    return read_call(text, issuer=issuer or IssuerFactory(), by=None)
