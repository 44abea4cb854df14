"""Forms in which staff set the parameters of every kind of rule, without ever seeing JSON."""

from __future__ import annotations

from calls.rules import KINDS
from calls.rules_forms import eligibility, funding, objects, persons, quota
from calls.rules_forms.base import RuleParamsForm

RULE_FORMS: dict[str, type[RuleParamsForm]] = {
    form.kind: form
    for form in (
        eligibility.KindsForm,
        eligibility.YearlyFactForm,
        eligibility.PriorityForm,
        eligibility.NamedUnitsForm,
        eligibility.RegionForm,
        eligibility.NotBarredForm,
        persons.RunningProjectForm,
        persons.EarlierAwardForm,
        quota.QuotaForm,
        quota.ListQuotaForm,
        quota.CompositionForm,
        funding.AmountForm,
        funding.CostShareForm,
        funding.MatchingForm,
        objects.DateWindowForm,
        objects.NumberForm,
        objects.RowCountForm,
        objects.EditionsForm,
        objects.ExcludedKindsForm,
        objects.OneOfForm,
        objects.DeclarationForm,
        objects.TitleLengthForm,
        persons.PersonAgeForm,
        persons.PersonQualityForm,
        persons.PersonPlacesForm,
        eligibility.PartnersForm,
    )
}
assert RULE_FORMS.keys() == KINDS.keys(), "every kind of rule has its form"

__all__ = ("RULE_FORMS", "RuleParamsForm")
