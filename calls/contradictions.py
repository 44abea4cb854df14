"""What a call says against itself: found before it is published or amended, as sentences."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator

from calls import conditions, forwarding
from calls.condition_words import questions_of
from calls.enums import (
    FieldKind,
    FieldRole,
    FundingKind,
    Joint,
    PacketMode,
    RuleMode,
    SectionScope,
    SlotsKind,
)
from calls.forms_schema import (
    OPTIONS,
    FieldSpec,
    FormSchema,
    SectionSpec,
    answer_key,
    people_columns,
)
from calls.models import Call, Category, Rule
from calls.problems import Problem, errors_in
from calls.rulebook import spec_of
from calls.rules import KINDS, validate_params
from calls.rules.facts import Facts, RuleSpec, UnitFacts, Verdict
from calls.rules.sentences import sentences
from calls.rules.words import KIND_WORDS, LEVEL_WORDS, ROLE_WORDS
from calls.services.freeze import schema_of
from calls.unasked import fields_for, unasked
from portal import clock
from portal.errors import RuleViolation
from portal.face.wording import until
from portal.people.enums import FactType
from portal.people.models import FactCode

_OPTIONS = {kind: Draft202012Validator(schema) for kind, schema in OPTIONS.items()}
_CONDITION = Draft202012Validator(conditions.SCHEMA)


@dataclass(frozen=True, slots=True)
class Examined:
    """A call with its parts, read once for every check."""

    call: Call
    categories: tuple[Category, ...]
    leaves: tuple[Category, ...]
    rules: tuple[Rule, ...]
    # What is wrong with the parameters of a rule, by the rule's key.
    wrong_rules: dict[int, str]
    schema: FormSchema

    @property
    def sound_rules(self) -> list[Rule]:
        """The rules whose parameters can be read."""
        return [rule for rule in self.rules if rule.pk not in self.wrong_rules]


def examined(call: Call, form: FormSchema | None = None) -> Examined:
    """Read what the checks look at; without ``form`` they judge the one staff are editing."""
    categories = tuple(call.categories.select_related("parent").prefetch_related("instalments"))
    parents = {category.parent_id for category in categories}
    rules = tuple(call.rules.all())
    return Examined(
        call=call,
        categories=categories,
        leaves=tuple(category for category in categories if category.pk not in parents),
        rules=rules,
        wrong_rules={rule.pk: wrong for rule in rules for wrong in _wrong_params(rule)},
        schema=form or schema_of(call),
    )


def found_errors(seen: Examined) -> Iterator[Problem]:
    """Return everything that keeps the call from being published, part by part."""
    call, rules = seen.call, seen.sound_rules
    specs = {rule.pk: spec_of(rule, call, seen.categories) for rule in rules}
    yield from errors_in("text", _notice(call))
    yield from errors_in("dates", _dates(call))
    yield from errors_in("dates", forwarding.wrong_dates(call, call.last_end))
    yield from errors_in("form", forwarding.wrong_form(call))
    yield from errors_in("levels", _levels(call))
    yield from errors_in("contacts", _people(call))
    if not seen.leaves:
        yield from errors_in("categories", [_("There is no category to apply for.")])
    for leaf in seen.leaves:
        yield from errors_in("categories", _category(leaf))
    yield from errors_in("rules", seen.wrong_rules.values())
    yield from errors_in("rules", _unknown_facts(call, rules))
    yield from errors_in("rules", _misplaced_quotas(rules))
    yield from errors_in("form", _form(call, seen.schema))
    for leaf in seen.leaves:
        yield from errors_in("rules", _nobody(leaf, rules, specs))
        yield from errors_in("rules", _no_partners(leaf, rules, specs))
        yield from errors_in("form", _asked_of(leaf, seen.schema))
    yield from unasked(seen.leaves, seen.schema, rules, specs)


def wrong_with_form(call: Call) -> list[str]:
    """Return what is contradictory about the form alone, as staff build it."""
    found = found_errors(examined(call))
    return list(dict.fromkeys(problem.sentence for problem in found if problem.part == "form"))


def _dates(call: Call) -> Iterator[str]:
    if call.closes_at <= call.opens_at:
        yield _("The deadline must lie after the opening.")
    if call.seal_by and call.seal_by < call.closes_at:
        yield _("Stamped scans cannot be due before the deadline.")
    if call.result_by and call.result_by < clock.local(call.closes_at).date():
        yield _("The result cannot be due before the deadline.")


def _levels(call: Call) -> Iterator[str]:
    """Lists follow each other, the first after the applications themselves."""
    levels = list(call.levels.all())
    if [level.no for level in levels] not in ([], [1], [1, 2]):
        yield _("There is a second recommending level without a first one.")
    before = call.closes_at
    for level in levels:
        words = {"level": level.title, "when": until(level.closes_at)}
        if level.closes_at < before:
            yield (
                _("The lists of the %(level)s are due by %(when)s, before what they are made from.")
                % words
            )
        before = level.closes_at
    if call.result_by and levels and call.result_by < clock.local(before).date():
        yield _("The result cannot be due before the lists of the recommending units.")


def _notice(call: Call) -> Iterator[str]:
    if not call.notice.body.strip():
        yield _("The notice has no text.")


def _people(call: Call) -> Iterator[str]:
    contacts = list(call.contacts.all())
    if not contacts:
        yield _("Name at least one contact whom units can ask.")
    for contact in contacts:
        if not (contact.phone or contact.email):
            yield _("%(name)s needs a phone number or a mailbox.") % {"name": contact.name}


def _category(category: Category) -> Iterator[str]:
    """Places and money must be stated in the way that was chosen."""
    words = {"category": category.full_title}
    least, most = category.slots_min, category.slots_max
    match category.slots_kind:
        case SlotsKind.EXACT | SlotsKind.ABOUT if not most or least != most:
            yield _("“%(category)s”: state the number of places.") % words
        case SlotsKind.RANGE if not least or not most or least >= most:
            yield _("“%(category)s”: state from how many to how many places.") % words
    low, high = category.amount_min, category.amount_max
    match category.funding_kind:
        case FundingKind.FIXED if not high or low != high:
            yield _("“%(category)s”: state the amount for each.") % words
        case FundingKind.RANGE if low is None or not high or low >= high:
            yield _("“%(category)s”: state from how much to how much is given.") % words
        case FundingKind.UP_TO if not high or low is not None:
            yield _("“%(category)s”: state how much is given at most.") % words
        case FundingKind.NONE | FundingKind.SELF if low is not None or high is not None:
            yield _("“%(category)s”: amounts are stated, but no funding is chosen.") % words


def _wrong_params(rule: Rule) -> Iterator[str]:
    try:
        validate_params(rule.kind, rule.params)
    except RuleViolation as violation:
        for reason in violation.reasons:
            yield _("Rule “%(rule)s”: %(reason)s") % {"rule": rule, "reason": reason.message}


def _unknown_facts(call: Call, rules: Iterable[Rule]) -> Iterator[str]:
    """A fact nobody can enter would stay unknown for every unit."""
    types = dict(FactCode.objects.filter(issuer=call.issuer).values_list("code", "type"))
    known = set(types)
    for rule in rules:
        code = rule.params.get("by_number", {}).get("code")
        if types.get(code, FactType.NUMBER) != FactType.NUMBER:
            words = {"rule": rule, "code": code}
            yield _("Rule “%(rule)s” counts by the fact “%(code)s”, which is no number.") % words
        for code in sorted(fact_codes(rule) - known):
            words = {"rule": rule, "code": code}
            yield _("Rule “%(rule)s” asks for the fact “%(code)s”, which is not kept.") % words


def fact_codes(rule: Rule) -> set[str]:
    """Return the codes of the yearly facts a sound rule looks at."""
    params = rule.params
    match rule.kind:
        case "yearly_fact" | "not_barred":
            return {params["code"]}
        case "priority":
            return {honour["code"] for honour in params["honours"]}
        case "kinds":
            return {fact["code"] for line in params["any_of"] for fact in line.get("facts", ())}
        case "quota" | "list_quota":
            by_number = [params["by_number"]] if "by_number" in params else []
            return {line["code"] for line in (*params.get("by_fact", ()), *by_number)}
    return set()


def _misplaced_quotas(rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        if rule.kind not in ("quota", "list_quota"):
            continue
        if rule.params["scope"] == "category" and rule.category_id is None:
            yield _("Rule “%(rule)s” counts within one category; say which.") % {"rule": rule}
        if rule.params["scope"] != "category" and rule.category_id is not None:
            yield _("Rule “%(rule)s” counts beyond the category it stands on.") % {"rule": rule}


def _nobody(leaf: Category, rules: Iterable[Rule], specs: dict[int, RuleSpec]) -> Iterator[str]:
    """Hold every kind and level of unit against the rules on who may apply."""
    asked = [
        specs[rule.pk]
        for rule in rules
        if rule.kind == "kinds"
        and rule.mode == RuleMode.STRICT
        and specs[rule.pk].covers(leaf.path)
    ]
    for kind, level in itertools.product(KIND_WORDS, ("", *LEVEL_WORDS)):
        facts = Facts(UnitFacts(0, "", kind, level), leaf.path)
        findings = [KINDS["kinds"].judge(spec, facts) for spec in asked]
        if all(finding and finding.verdict is not Verdict.NO for finding in findings):
            return
    yield _("Nobody may apply for “%(category)s”.") % {"category": leaf.full_title}


def _no_partners(
    leaf: Category, rules: Iterable[Rule], specs: Mapping[int, RuleSpec]
) -> Iterator[str]:
    """Partners can be named only where the category foresees them."""
    for rule in rules:
        if rule.kind == "partners" and leaf.joint == Joint.NO and specs[rule.pk].covers(leaf.path):
            words = {"rule": rule, "category": leaf.full_title}
            yield (
                _("Rule “%(rule)s” asks for partners, but “%(category)s” foresees none.") % words
            )


def _asked_of(leaf: Category, schema: FormSchema) -> Iterator[str]:
    """A title must be asked for, and what an answer means must be clear."""
    fields = fields_for(leaf, schema)
    words = {"category": leaf.full_title}
    required = {field.get("role") for field in fields if field["required"]}
    if FieldRole.TITLE not in required:
        yield _("“%(category)s”: the form does not ask for a title.") % words
    roles = Counter(field["role"] for field in fields if "role" in field)
    for role in sorted(role for role, times in roles.items() if times > 1):
        if role != FieldRole.DECLARATION:
            words["role"] = str(ROLE_WORDS[role])
            yield _("“%(category)s”: the form asks twice for “%(role)s”.") % words


def _form(call: Call, schema: FormSchema) -> Iterator[str]:
    scopes = {section["scope"] for section in schema["sections"]}
    if SectionScope.APPLICATION not in scopes:
        yield _("The form has no section for applications.")
    if call.packet_mode == PacketMode.PLAN and SectionScope.PLAN not in scopes:
        yield _("Units hand in a plan, but the form has no section for it.")
    if call.packet_mode == PacketMode.SINGLE and SectionScope.PLAN in scopes:
        yield _("The form has a section for a plan, but units hand in no plan.")
    questions = questions_of(schema)
    keys, earlier = set(questions), set[str]()
    for section in schema["sections"]:
        if not section["fields"]:
            yield _("Section “%(section)s” asks nothing.") % {"section": section["title"]}
        for field in section["fields"]:
            yield from wrong_field(section, field, keys)
            yield from _asked_too_early(section, field, keys - earlier, questions)
            earlier.add(answer_key(section, field))


def _asked_too_early(
    section: SectionSpec, field: FieldSpec, later: set[str], questions: Mapping[str, FieldSpec]
) -> Iterator[str]:
    """A question can only hang on answers that are given before it."""
    for key in conditions.fields_of(field.get("condition", {}), section["code"]):
        if key in later:
            words = {"label": field["label"], "other": questions[key]["label"]}
            yield _("“%(label)s” hangs on “%(other)s”, which is asked only after it.") % words


def wrong_field(section: SectionSpec, field: FieldSpec, keys: set[str]) -> Iterator[str]:
    """Say what is wrong with the settings of one question; ``keys`` are those of the whole form."""
    where = f"{section['title']} / {field['label']}"
    for _path, sentence in sentences(
        _OPTIONS[field["kind"]], field.get("options", {}), _("the options")
    ):
        yield f"{where}: {sentence}"
    if _asks_identity_cards(field) and "personal" not in field:
        words = {"where": where}
        yield _("%(where)s asks for identity card numbers; mark it as personal data.") % words
    condition = field.get("condition")
    if not condition:
        return
    if wrong := sentences(_CONDITION, condition, _("the condition")):
        yield f"{where}: {wrong[0][1]}"
        return
    for key in conditions.fields_of(condition, section["code"]):
        if key not in keys:
            words = {"where": where, "key": key}
            yield _("%(where)s: shown by the answer to “%(key)s”, which is not asked.") % words


def _asks_identity_cards(field: FieldSpec) -> bool:
    return field["kind"] == FieldKind.PEOPLE and "id_number" in people_columns(field)
