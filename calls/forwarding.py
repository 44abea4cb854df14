"""Which calls of other associations one may forward, and what a forwarded call must keep to.

An association forwards the call of another one when it may recommend there: its own call, with an
earlier deadline and the same form, brings it the applications from which it recommends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from calls.entitled import entitled_levels
from calls.enums import CallState
from calls.forms_schema import digest
from calls.models import Call, RecommendingLevel
from calls.services.freeze import schema_of
from portal.face.wording import until
from portal.people.models import Issuer

# What of a forwarded call must stay as it is: the digest of its form, its categories.
Shape = tuple[str, list[tuple[str, str | None]]]


def forwardable(issuer: Issuer, now: dt.datetime) -> list[RecommendingLevel]:
    """Return the levels at which the association could recommend by forwarding, soonest first.

    One for each published call of another association that it does not forward yet and whose list
    is still to be handed in.
    """
    forwarded = set(Call.objects.filter(issuer=issuer).values_list("parent_call", flat=True))
    lowest: dict[int, RecommendingLevel] = {}
    for level in sorted(entitled_levels(issuer.organisation), key=lambda level: level.no):
        if level.call.issuer_id != issuer.pk and level.call_id not in forwarded:
            lowest.setdefault(level.call_id, level)
    found = [level for level in lowest.values() if level.closes_at > now]
    return sorted(found, key=lambda level: (level.closes_at, level.pk))


def level_above(call: Call) -> RecommendingLevel | None:
    """Return the level at which a forwarded call's association recommends; None once it may not."""
    levels = entitled_levels(call.issuer.organisation)
    own = [level for level in levels if level.call_id == call.parent_call_id]
    return min(own, key=lambda level: level.no, default=None)


def too_late(level: RecommendingLevel, closes_at: dt.datetime) -> str:
    """Say why a deadline leaves no time for the list of the level; nothing where it does."""
    if closes_at < level.closes_at:
        return ""
    return _(
        "The deadline must lie before %(when)s, when your list is due in the call that is"
        " forwarded."
    ) % {"when": until(level.closes_at)}


def wrong_dates(call: Call, closes_at: dt.datetime) -> Iterator[str]:
    """Say what keeps a call that ends then from feeding the one it forwards."""
    if call.parent_call_id is None:
        return
    level = level_above(call)
    if level is None:
        yield _("Your association can no longer recommend in the call that is forwarded.")
    elif late := too_late(level, closes_at):
        yield late


def wrong_form(call: Call) -> Iterator[str]:
    """Say that a draft no longer asks what the call it forwards asks.

    A call that is published keeps its form: what units have filled in already counts.
    """
    if call.parent_call is None or call.state != CallState.DRAFT:
        return
    newest = call.parent_call.form_revisions.order_by("no").last()
    if newest is None or newest.sha256 != digest(schema_of(call)):
        yield _(
            "The form of the call that is forwarded has changed since. Remove this draft and"
            " forward the call again."
        )


def shape_of(call: Call) -> Shape:
    """Return what may not change in a forwarded call."""
    categories = call.categories.order_by("code").values_list("code", "parent__code")
    return digest(schema_of(call)), list(categories)


def locked_form_words() -> str:
    """Say why form and categories of a forwarded call stay as they are."""
    return _(
        "This call forwards another association's call: form and categories stay as they are"
        " there, so that what you recommend fits. Places, rules, dates and words are your own."
    )
