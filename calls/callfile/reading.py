"""A call file into a draft call."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator

from calls.callfile.instants import ENDS, read_day, read_instant
from calls.callfile.parsing import Parsed, parse
from calls.enums import CallState, FundingKind, NoticeKind, SlotsKind
from calls.forms_schema import OPTIONS
from calls.models import (
    Batch,
    Call,
    Category,
    Contact,
    Criterion,
    DeliverableRule,
    FormField,
    FormSection,
    FundingTier,
    Instalment,
    Notice,
    PaperRule,
    PublicityRule,
    RecommendingLevel,
    ReviewStage,
    Rule,
    ScoreSheet,
)
from calls.models.stages import SCORED
from calls.rules import faults
from calls.rules.sentences import Path, sentences
from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.models import FactCode, Issuer, User

_INSTANTS = ("opens_at", "closes_at", "signoff_by", "seal_by", "paper_by")
_OPTIONS = {kind: Draft202012Validator(schema) for kind, schema in OPTIONS.items()}


@transaction.atomic
def read_call(text: str, *, issuer: Issuer | None = None, by: User | None) -> Call:
    """Make a draft call from a file, and the kinds of yearly facts it names.

    The issuer is the given one or the one the file names. Raises ``RuleViolation`` with a line and
    a sentence for everything that is wrong; nothing is kept then.
    """
    parsed = parse(text)
    reader = _Reader(parsed, issuer or _issuer_named(parsed))
    call = reader.read()
    if reader.wrong:
        raise RuleViolation(reader.wrong)
    record("call_imported", by=by, target=call, issuer=call.issuer)
    return call


def _issuer_named(parsed: Parsed) -> Issuer:
    slug = parsed.data.get("issuer", "")
    issuer = Issuer.objects.filter(slug=slug).first()
    if issuer is None:
        sentence = _("There is no association “%(slug)s”; name the issuer.") % {"slug": slug}
        raise RuleViolation([parsed.at(("issuer",), sentence)])
    return issuer


class _Reader:
    """Builds the rows of one file, collecting what is wrong with them."""

    def __init__(self, parsed: Parsed, issuer: Issuer) -> None:
        self.parsed, self.data, self.issuer = parsed, parsed.data, issuer
        self.wrong: list[str] = []
        self.categories: dict[str, Category] = {}

    def read(self) -> Call:
        """Make every row; stops where what follows would have nothing to stand on."""
        call = self._call(self._notice())
        if self.wrong:
            raise RuleViolation(self.wrong)
        for n, contact in enumerate(self.data["contacts"]):
            self._save(Contact(call=call, position=n, **contact), ("contacts", n))
        for n, fact in enumerate(self.data.get("facts", ())):
            self._fact(fact, ("facts", n))
        for n, batch in enumerate(self.data.get("batches", ())):
            self._batch(call, batch, ("batches", n))
        for n, category in enumerate(self.data["categories"]):
            self._category(call, category, n, ("categories", n))
        for n, rule in enumerate(self.data["rules"]):
            self._rule(call, rule, n, ("rules", n))
        for n, deliverable in enumerate(self.data.get("deliverables", ())):
            path: Path = ("deliverables", n)
            values = deliverable | {"category": self._category_named(deliverable, path)}
            self._save(DeliverableRule(call=call, position=n, **values), path)
        for n, paper in enumerate(self.data.get("papers", ())):
            path = ("papers", n)
            values = paper | {"category": self._category_named(paper, path)}
            self._save(PaperRule(call=call, position=n, **values), path)
        for n, stage in enumerate(self.data.get("review", ())):
            self._stage(call, stage, n)
        for n, publicity in enumerate(self.data.get("publicity", ())):
            self._save(PublicityRule(call=call, **publicity), ("publicity", n))
        self._levels(call)
        for n, section in enumerate(self.data["form"]):
            self._section(call, section, n, ("form", n))
        return call

    def _refuse(self, path: Path, sentence: str) -> None:
        self.wrong.append(self.parsed.at(path, sentence))

    def _save(self, row: Model, path: Path) -> bool:
        """Check a row by all its own rules and keep it, or note what is wrong."""
        try:
            row.full_clean()
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                where = path if name == NON_FIELD_ERRORS else (*path, name)
                label = "" if name == NON_FIELD_ERRORS else f"{name}: "
                self._refuse(where, f"{label}{' '.join(messages)}")
            return False
        row.save()
        return True

    def _notice(self) -> Notice:
        values = dict(self.data["notice"])
        if issued := values.pop("issued", None):
            try:
                values["published_at"] = clock.start_of(read_day(issued))
            except ValueError:
                self._refuse(("notice", "issued"), _("There is no such day."))
        notice = Notice(issuer=self.issuer, kind=NoticeKind.CALL, **values)
        self._save(notice, ("notice",))
        return notice

    def _call(self, notice: Notice) -> Call:
        values = dict(self.data["call"])
        for name in _INSTANTS:
            if name in values:
                values[name] = self._moment(values[name], ("call", name))
        if "result_by" in values:
            values["result_by"] = self._day(values["result_by"], ("call", "result_by"))
        if above := values.pop("forwards", None):
            values["parent_call"] = self._above(above)
        words = values.get("signatory_words", {})
        # The model keeps the word for every other kind under the empty one.
        values["signatory_words"] = {("" if k == "others" else k): w for k, w in words.items()}
        if self.wrong:
            raise RuleViolation(self.wrong)
        call = Call(issuer=self.issuer, notice=notice, **values)
        self._save(call, ("call",))
        return call

    def _above(self, named: dict[str, str]) -> Call | None:
        """Find the published call of another association that is forwarded, by its code."""
        found = Call.objects.filter(
            issuer__slug=named["issuer"], code=named["code"], state=CallState.PUBLISHED
        ).first()
        if found is None or found.issuer_id == self.issuer.pk:
            sentence = _("“%(issuer)s” has published no call “%(code)s” that could be forwarded.")
            self._refuse(("call", "forwards"), sentence % named)
        return found

    def _moment(self, text: str, path: Path) -> Any:
        try:
            return read_instant(text, end=path[-1] in ENDS)
        except ValueError:
            self._refuse(path, _("There is no such day or time."))
            return None

    def _batch(self, call: Call, data: dict[str, Any], path: Path) -> None:
        closes_at = self._moment(data["closes_at"], (*path, "closes_at"))
        if closes_at is not None:
            self._save(Batch(call=call, **(data | {"closes_at": closes_at})), path)

    def _levels(self, call: Call) -> None:
        """Make the recommending levels; they follow each other as they stand."""
        for n, level in enumerate(self.data.get("recommending", ())):
            path: Path = ("recommending", n)
            closes_at = self._moment(level["closes_at"], (*path, "closes_at"))
            if closes_at is not None:
                values = level | {"closes_at": closes_at, "no": n + 1}
                self._save(RecommendingLevel(call=call, **values), path)

    def _stage(self, call: Call, data: dict[str, Any], position: int) -> None:
        """Make one stage of the review with its score sheet."""
        path: Path = ("review", position)
        values = dict(data)
        sheet = values.pop("sheet", None)
        stage = ReviewStage(call=call, position=position, **values)
        if self._save(stage, path) and sheet is not None:
            self._sheet(stage, sheet, (*path, "sheet"))

    def _sheet(self, stage: ReviewStage, data: dict[str, Any], path: Path) -> None:
        """Make a score sheet; a scale that is not given ends at the weight."""
        if stage.kind not in SCORED:
            self._refuse(path, _("In a stage of this kind nobody scores."))
            return
        values = dict(data)
        lines = values.pop("criteria")
        total = sum((_decimal(line["weight"]) for line in lines), Decimal(0))
        if total != 100:
            words = {"total": f"{total.normalize():f}"}
            self._refuse(
                (*path, "criteria"), _("The weights are 100 together, not %(total)s.") % words
            )
            return
        if "tolerance" in values:
            values["tolerance"] = _decimal(values["tolerance"])
        sheet = ScoreSheet(stage=stage, **values)
        if not self._save(sheet, path):
            return
        for n, line in enumerate(lines):
            figures = {
                name: _decimal(line[name]) for name in ("weight", "low", "top") if name in line
            }
            figures.setdefault("top", figures["weight"])
            row = Criterion(sheet=sheet, position=n, **(line | figures))
            self._save(row, (*path, "criteria", n))

    def _day(self, text: str, path: Path) -> Any:
        try:
            return read_day(text)
        except ValueError:
            self._refuse(path, _("There is no such day."))
            return None

    def _fact(self, fact: dict[str, Any], path: Path) -> None:
        """Make a kind of fact the issuer does not keep yet; one it keeps stays as it is."""
        if not FactCode.objects.filter(issuer=self.issuer, code=fact["code"]).exists():
            self._save(FactCode(issuer=self.issuer, **fact), path)

    def _category(
        self,
        call: Call,
        data: dict[str, Any],
        position: int,
        path: Path,
        parent: Category | None = None,
    ) -> None:
        values = dict(data)
        tiers, parts = values.pop("further_money", ()), values.pop("parts", ())
        instalments = values.pop("instalments", ())
        values |= _places(values.pop("places", None))
        values |= _money(values.pop("money", None))
        if end := values.get("closes_at"):
            values["closes_at"] = self._moment(end, (*path, "closes_at"))
        if window := values.pop("window", None):
            values["window_start"] = self._day(window["from"], (*path, "window", "from"))
            values["window_end"] = self._day(window["to"], (*path, "window", "to"))
        category = Category(call=call, parent=parent, position=position, **values)
        if not self._save(category, path):
            return
        self.categories[category.code] = category
        for n, tier in enumerate(tiers):
            amount = Decimal(str(tier["amount"]))
            row = FundingTier(category=category, position=n, **(tier | {"amount": amount}))
            self._save(row, (*path, "further_money", n))
        for n, instalment in enumerate(instalments):
            paid = Instalment(category=category, position=n, **instalment)
            self._save(paid, (*path, "instalments", n))
        for n, part in enumerate(parts):
            self._category(call, part, n, (*path, "parts", n), category)

    def _category_named(self, data: dict[str, Any], path: Path) -> Category | None:
        code = data.get("category")
        if code and code not in self.categories:
            sentence = _("There is no category “%(code)s”.") % {"code": code}
            self._refuse((*path, "category"), sentence)
        return self.categories.get(code) if code else None

    def _rule(self, call: Call, data: dict[str, Any], position: int, path: Path) -> None:
        wrong = faults(data["kind"], data.get("params", {}))
        for inner, sentence in wrong:
            self._refuse((*path, "params", *inner), sentence)
        if wrong:
            return
        values = data | {"category": self._category_named(data, path)}
        self._save(Rule(call=call, position=position, **values), path)

    def _section(self, call: Call, data: dict[str, Any], position: int, path: Path) -> None:
        values = data | {"category": self._category_named(data, path)}
        fields = values.pop("fields")
        section = FormSection(call=call, position=position, **values)
        if not self._save(section, path):
            return
        for n, field in enumerate(fields):
            self._field(section, field, n, (*path, "fields", n))

    def _field(self, section: FormSection, data: dict[str, Any], position: int, path: Path) -> None:
        values = dict(data)
        validator = _OPTIONS[values["kind"]]
        for inner, sentence in sentences(validator, values.get("options", {}), _("the options")):
            self._refuse((*path, "options", *inner), sentence)
        if personal := values.pop("personal", None):
            values["personal"] = True
            values["personal_purpose"] = personal["purpose"]
            values["retention_months"] = personal["months"]
        self._save(FormField(section=section, position=position, **values), path)


def _decimal(value: float) -> Decimal:
    """Return a figure as it is written: 12.5, not its nearest binary fraction."""
    return Decimal(str(value))


def _places(value: Any) -> dict[str, Any]:
    """Read the number of places; one that is not stated is not limited."""
    if value is None or value == "unlimited":
        return {"slots_kind": SlotsKind.UNLIMITED}
    if isinstance(value, int):
        return {"slots_kind": SlotsKind.EXACT, "slots_min": value, "slots_max": value}
    if "about" in value:
        about = value["about"]
        return {"slots_kind": SlotsKind.ABOUT, "slots_min": about, "slots_max": about}
    return {
        "slots_kind": SlotsKind.RANGE,
        "slots_min": value["from"],
        "slots_max": value["to"],
    }


def _money(value: Any) -> dict[str, Any]:
    """Read the money for each place."""
    if value is None:
        return {"funding_kind": FundingKind.NONE}
    if value == "self":
        return {"funding_kind": FundingKind.SELF}
    if isinstance(value, dict) and "up_to" in value:
        most = Decimal(str(value["up_to"]))
        return {"funding_kind": FundingKind.UP_TO, "amount_max": most}
    if isinstance(value, dict):
        kind, low, high = FundingKind.RANGE, value["from"], value["to"]
    else:
        kind, low, high = FundingKind.FIXED, value, value
    return {
        "funding_kind": kind,
        "amount_min": Decimal(str(low)),
        "amount_max": Decimal(str(high)),
    }
