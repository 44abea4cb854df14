"""What staff fill in on the register's admin pages."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.people import uscc
from portal.people.enums import Level, OrganisationKind, StaffRole
from portal.people.models import (
    Affiliation,
    FactCode,
    Issuer,
    Membership,
    Organisation,
    StaffPost,
    YearlyFact,
)
from portal.phone import validate_phone
from portal.register.imports.facts import value_of

LEVELS = [("", "—"), *Level.choices]


class OrganisationForm(forms.ModelForm[Organisation]):
    """A unit's identity as staff correct it."""

    def clean_uscc(self) -> str | None:
        """Write the code as registers do; its check digit only warns."""
        return uscc.normalise(self.cleaned_data.get("uscc") or "") or None


class NewOrganisationForm(OrganisationForm):
    """A unit entered by hand, with what it is to the association."""

    issuer = forms.ModelChoiceField(
        Issuer.objects.none(), label=pgettext_lazy("that a unit belongs to", "Association")
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=OrganisationKind.choices)
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=LEVELS, required=False)
    number = forms.CharField(label=gettext_lazy("Register number"), max_length=40, required=False)


class DecisionForm(forms.Form):
    """What an association decides of a unit: as what it is taken in, or why not."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=OrganisationKind.choices)
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=LEVELS, required=False)
    number = forms.CharField(label=gettext_lazy("Register number"), max_length=40, required=False)
    accept_odd_code = forms.BooleanField(
        label=gettext_lazy("Accept the code although its check digit does not fit"), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason, if you refuse"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=gettext_lazy("The unit's administrators read it word for word."),
    )

    def __init__(self, *args: Any, affiliation: Affiliation, **kwargs: Any) -> None:
        initial = {
            "kind": affiliation.kind,
            "level": affiliation.level,
            "number": affiliation.number,
            "reason": affiliation.reason,
        }
        super().__init__(*args, **{**kwargs, "initial": initial})
        if not affiliation.organisation.uscc_is_odd:
            del self.fields["accept_odd_code"]


class EndForm(forms.Form):
    """Why an affiliation ends."""

    reason = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


class IssuerForm(forms.Form):
    """In whose name something is done; asked only where there is a choice."""

    issuer = forms.ModelChoiceField(Issuer.objects.none(), label=gettext_lazy("Association"))

    def __init__(self, *args: Any, issuers: QuerySet[Issuer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["issuer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = issuers
        field.initial = issuers.first()
        field.empty_label = None


class HandOverForm(IssuerForm):
    """Who left a unit, and who takes over."""

    leaving = forms.ModelChoiceField(
        Membership.objects.none(),
        label=gettext_lazy("Who left"),
        required=False,
        empty_label=gettext_lazy("Nobody: the unit never had an administrator"),
    )
    name = forms.CharField(label=gettext_lazy("New administrator"), max_length=60)
    email = forms.EmailField(label=gettext_lazy("Mailbox"), required=False)
    phone = forms.CharField(
        label=gettext_lazy("Phone"), max_length=30, required=False, validators=[validate_phone]
    )
    way = forms.ChoiceField(
        label=gettext_lazy("Activation code"),
        choices=[("mail", gettext_lazy("by mail")), ("print", gettext_lazy("printed"))],
        initial="mail",
        widget=forms.RadioSelect,
    )
    field_order = ["issuer", "leaving", "name", "email", "phone", "way"]

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["leaving"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Membership.objects.active().filter(organisation=organisation)

    def clean(self) -> dict[str, Any]:
        """Ask for a mailbox where the code goes by mail."""
        data = super().clean() or {}
        if data.get("way") == "mail" and not data.get("email") and "email" not in self.errors:
            self.add_error("email", _("An invitation by mail needs a mailbox."))
        return data


class MergeForm(IssuerForm):
    """Which unit is a duplicate of the one at hand, by its full name or code."""

    duplicate = forms.CharField(
        label=gettext_lazy("Duplicate"),
        max_length=120,
        help_text=gettext_lazy("Full name or social credit code of the unit that is to disappear."),
    )
    field_order = ["issuer", "duplicate"]

    def __init__(
        self, *args: Any, target: Organisation, known: QuerySet[Organisation], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.target, self.known = target, known

    def clean_duplicate(self) -> Organisation:
        """Find the duplicate among the units that the person may change."""
        text = str(self.cleaned_data["duplicate"]).strip()
        found = (
            self.known.filter(uscc=uscc.normalise(text)).first()
            if re.match(uscc.SHAPE, uscc.normalise(text))
            else self.known.filter(name=text).first()
        )
        if found is None or found == self.target:
            raise ValidationError(
                _("There is no other unit of this name or code in your register.")
            )
        return found


class UploadForm(IssuerForm):
    """A filled spreadsheet."""

    file = forms.FileField(
        label=gettext_lazy("Spreadsheet (.xlsx)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )


class NewPostForm(forms.ModelForm[StaffPost]):
    """Whom an association employs, found or made by the mailbox."""

    email = forms.EmailField(label=gettext_lazy("Mailbox"))
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        help_text=gettext_lazy("Used if the mailbox has no account yet."),
    )

    class Meta:
        model = StaffPost
        fields = ["issuer", "role"]

    def clean(self) -> dict[str, Any]:
        """Refuse a second post of the same person before the database does."""
        data = super().clean() or {}
        held = StaffPost.objects.active().filter(
            user__email__iexact=data.get("email", ""), issuer=data.get("issuer")
        )
        if held.exists():
            self.add_error("email", _("This person holds a post there already."))
        return data


class PostForm(forms.ModelForm[StaffPost]):
    """What a person does for the association."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=StaffRole.choices)

    class Meta:
        model = StaffPost
        fields = ["role"]


class FactForm(forms.ModelForm[YearlyFact]):
    """A yearly fact; the value is typed as people say it."""

    class Meta:
        model = YearlyFact
        fields = ["organisation", "code", "year", "value", "note"]
        help_texts = {
            "value": gettext_lazy(
                "yes or no (是 / 否); for grades the grade's own word; for “until a day” the last"
                " day, such as 2026-12-31; for numbers the number, such as 1200"
            )
        }

    def clean(self) -> dict[str, Any]:
        """Write the value as it is stored, and keep units to their own association's facts."""
        data = super().clean() or {}
        code, word, unit = data.get("code"), data.get("value"), data.get("organisation")
        if isinstance(code, FactCode) and word:
            value = value_of(code, str(word).strip())
            if value is None:
                self.add_error("value", _("Cannot be read: %(word)s") % {"word": word})
            data["value"] = value
        if (
            isinstance(code, FactCode)
            and isinstance(unit, Organisation)
            and not unit.affiliations.filter(issuer=code.issuer_id).exists()
        ):
            self.add_error("organisation", _("This unit does not belong to the association."))
        return data
