"""What a call leaves out or leaves doubtful: sentences a person confirms before publishing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calls.enums import CallState, FieldKind, Sealing
from calls.forms_schema import FormSchema
from calls.models import Call, Category, Rule
from calls.problems import Problem, warnings_in
from calls.ruletext import describe
from portal import clock
from portal.face.wording import listed, until

# Words in a label that speak of a person; kept short, since a tick is all they cost.
_PERSONAL = ("身份证", "手机", "联系电话", "出生", "住址", "银行账号", "银行卡")


def omissions(
    call: Call, schema: FormSchema, rules: Sequence[Rule], leaves: Sequence[Category]
) -> Iterator[Problem]:
    """Return what may be meant so and may have been forgotten."""
    yield from warnings_in("open-points", _still_open(call))
    yield from warnings_in("dates", _passed(call))
    yield from warnings_in("text", _deadline_unsaid(call))
    yield from warnings_in("rules", _without_clause(schema, rules))
    yield from warnings_in("rules", _open_to_all(rules))
    yield from warnings_in("rules", _quota_above_places(rules, leaves))
    yield from warnings_in("form", _unmarked(schema))
    yield from warnings_in("handing-in", _handing_in(call))


def _still_open(call: Call) -> Iterator[str]:
    """What the reading of the notice left to staff is not forgotten when the call opens."""
    left = len(call.open_points.all())
    if left:
        yield ngettext(
            "%(count)s point of the notice is still on the list of the overview: not entered, or"
            " not ticked off.",
            "%(count)s points of the notice are still on the list of the overview: not entered, or"
            " not ticked off.",
            left,
        ) % {"count": left}


def _passed(call: Call) -> Iterator[str]:
    now = clock.now()
    if call.state != CallState.DRAFT:
        return
    if call.closes_at <= now:
        words = {"when": until(call.closes_at)}
        yield _("The deadline %(when)s has passed: nobody can apply any more.") % words
        return
    for category in call.categories.closing_early().filter(closes_at__lte=now):
        words = {"category": category.full_title, "when": until(category.closes_at)}
        yield _("“%(category)s” closed on %(when)s: nobody can apply for it any more.") % words


def _deadline_unsaid(call: Call) -> Iterator[str]:
    """The public reads the notice: it should name the day that the portal holds."""
    local = clock.local(call.closes_at - dt.timedelta(seconds=1))
    said = (f"{local.month}月{local.day}日", f"{local.month:02}月{local.day:02}日")
    body = "".join(call.notice.body.split())
    if body and not any(day in body for day in said):
        words = {"day": said[0]}
        yield _("The text of the notice does not name the deadline %(day)s.") % words


def _without_clause(schema: FormSchema, rules: Sequence[Rule]) -> Iterator[str]:
    choices = _choices(schema)
    bare = [
        describe(rule.kind, rule.params, choices)
        for rule in rules
        if not rule.clause.strip() and rule.kind != "priority"
    ]
    if bare:
        words = {"rules": listed(f"“{words}”" for words in bare)}
        yield (
            _("No clause of the notice stands beside %(rules)s; a refused unit reads none.") % words
        )


# Rules that say which units may apply.
_WHO = frozenset({"kinds", "named_units", "region"})


def _open_to_all(rules: Sequence[Rule]) -> Iterator[str]:
    if not any(rule.kind in _WHO for rule in rules):
        yield _("No rule says who may apply: every unit on the register may.")


def _quota_above_places(rules: Sequence[Rule], leaves: Sequence[Category]) -> Iterator[str]:
    """One unit may hand in more than there are places: possible, seldom meant."""
    for rule in rules:
        limit = rule.params.get("limit") if rule.kind == "quota" else None
        under = [leaf for leaf in leaves if rule.category_id in (None, *leaf.path)]
        places = [leaf.slots_max for leaf in under]
        if not isinstance(limit, int) or not under or None in places:
            continue
        most = sum(filter(None, places))
        if limit > most:
            words = {"limit": limit, "places": most}
            yield (_("A unit may hand in %(limit)s, but there are only %(places)s places.") % words)


def _unmarked(schema: FormSchema) -> Iterator[str]:
    labels = [
        field["label"]
        for section in schema["sections"]
        for field in section["fields"]
        if "personal" not in field
        and field["kind"] != FieldKind.DECLARATION
        and (field["kind"] == FieldKind.PEOPLE or any(w in field["label"] for w in _PERSONAL))
    ]
    if labels:
        words = {"fields": listed(f"“{label}”" for label in labels)}
        yield (
            _("%(fields)s: persons are asked for, but no purpose and no end of keeping is said.")
            % words
        )


def _handing_in(call: Call) -> Iterator[str]:
    if call.two_persons and not call.signoff:
        yield _("Filler and approver are to be two persons, but nobody signs off.")
    if call.sealing == Sealing.SCAN and not call.signatory_words:
        yield _("It is not said who signs the printed form.")
    if not call.confidential_how.strip():
        yield _("It is not said how secret content is handed in offline.")


def _choices(schema: FormSchema) -> dict[str, str]:
    """Return the words of the form's choices by their value, which rules name."""
    return {
        choice["value"]: choice["label"]
        for section in schema["sections"]
        for field in section["fields"]
        for choice in field.get("options", {}).get("choices", ())
    }
