"""Shapes of input: signing up, a unit's identity, the associations it asks, members' rights."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from allauth.account.forms import ChangePasswordForm as BaseChangePasswordForm
from allauth.account.forms import ResetPasswordKeyForm as BaseResetPasswordKeyForm
from allauth.account.forms import SetPasswordForm as BaseSetPasswordForm
from allauth.account.forms import SignupForm as BaseSignupForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.face.dress import Dress, dress
from portal.people import uscc
from portal.people.enums import Level, OrganisationKind, Right
from portal.people.models import Issuer, Membership, MembershipRequest, Organisation, User
from portal.phone import validate_phone
from portal.register.services.registering import Identity, Wish


def consent_field() -> forms.BooleanField:
    """Return the tick without which no account is made; the notice opens beside it."""
    return forms.BooleanField(
        label=format_html(
            '{} <a href="{}" target="_blank">{}</a>',
            gettext_lazy("I have read and agree to the"),
            reverse_lazy("privacy"),
            gettext_lazy("privacy notice"),
        ),
        error_messages={"required": gettext_lazy("Without your agreement there is no account.")},
    )


class PersonFields(forms.Form):
    """Who somebody is: the name colleagues know and a phone for questions."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=30,
        validators=[validate_phone],
        help_text=gettext_lazy("For questions about your application; never shown in public."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )


PASSWORD_HELP = gettext_lazy("At least 10 characters; a short sentence is easiest to remember.")


class NewPassword:
    """Says in one sentence what a new password needs, where allauth's forms show every check."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = PASSWORD_HELP


class ResetPasswordKeyForm(NewPassword, BaseResetPasswordKeyForm):  # type: ignore[misc]
    """A new password behind the link of a mail."""


class ChangePasswordForm(NewPassword, BaseChangePasswordForm):  # type: ignore[misc]
    """A new password for whoever knows the old one."""


class SetPasswordForm(NewPassword, BaseSetPasswordForm):  # type: ignore[misc]
    """A first password for an account that has none."""


class SignupForm(NewPassword, PersonFields, BaseSignupForm):  # type: ignore[misc]
    """An account for a person; the unit comes after."""

    field_order = ["name", "phone", "email", "password1", "password2", "consent"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent"] = consent_field()
        self.order_fields(self.field_order)


class ProfileForm(forms.ModelForm[User]):
    """The person's own name and phone."""

    class Meta:
        model = User
        fields = ["name", "phone"]


class ActivationForm(PersonFields):
    """A password for whoever was invited by mail and has no account yet."""

    password1 = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=PASSWORD_HELP,
    )
    password2 = forms.CharField(
        label=gettext_lazy("Password (again)"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, mailbox: str, **kwargs: Any) -> None:
        """Take the invited mailbox, against which the password is held."""
        super().__init__(*args, **kwargs)
        self.mailbox = mailbox
        self.fields["consent"] = consent_field()

    def clean(self) -> dict[str, Any]:
        """Hold the password against the site's rules and its repetition."""
        data = super().clean() or {}
        first, second = data.get("password1"), data.get("password2")
        if first:
            try:
                validate_password(first, User(email=self.mailbox, name=data.get("name", "")))
            except ValidationError as error:
                self.add_error("password1", error)
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ."))
        return data


class CodeForm(forms.Form):
    """An activation code typed from a letter."""

    code = forms.CharField(
        label=gettext_lazy("Activation code"),
        max_length=40,
        help_text=gettext_lazy("15 letters and digits, with or without dashes."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class IdentityForm(forms.ModelForm[Organisation]):
    """What a unit says of itself.

    A code that fails its check digit is a warning: ticking "the code is right" goes on.
    """

    parent_name = forms.CharField(
        label=gettext_lazy("Parent unit"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Full name of the unit you belong to, if it is in the register."),
    )
    code_is_right = forms.BooleanField(
        label=gettext_lazy("The code is right, exactly as on our certificate"), required=False
    )

    class Meta:
        model = Organisation
        fields = ["name", "uscc", "region", "address", "phone", "head_name"]
        help_texts = {
            "name": gettext_lazy("As on the certificate of registration and the seal."),
            "uscc": gettext_lazy("18 characters. Leave empty if the unit has none of its own."),
            "head_name": gettext_lazy("President, chairperson or head, who signs for the unit."),
        }

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        """Leave out name, code and parent (``fixed``) once an association has verified them."""
        super().__init__(*args, **kwargs)
        self.fixed = fixed
        for required in ("region", "phone", "head_name"):
            self.fields[required].required = True
        # The model's own checks are left to the service, see _post_clean.
        self.fields["phone"].validators.append(validate_phone)
        if self.instance.pk and self.instance.parent:
            self.fields["parent_name"].initial = self.instance.parent.name
        if fixed:
            for name in ("name", "uscc", "parent_name", "code_is_right"):
                del self.fields[name]
        else:
            # Longer than the code itself: people paste it with blanks and dashes.
            self.fields["uscc"] = forms.CharField(
                label=self.fields["uscc"].label,
                required=False,
                max_length=30,
                help_text=self.fields["uscc"].help_text,
                initial=self.instance.uscc,
            )
        self.order_fields(["name", "uscc", "code_is_right", "parent_name"])

    @property
    def asks_about_code(self) -> bool:
        """Whether the page shows the tick "the code is right": the digit did not fit."""
        if self.fixed or not self.is_bound:
            return False
        code = uscc.normalise(self.data.get(self.add_prefix("uscc"), ""))
        return bool(re.match(uscc.SHAPE, code)) and not uscc.is_sound(code)

    def clean_uscc(self) -> str:
        """Refuse a wrong shape; a wrong check digit is handled by ``clean``."""
        code = uscc.normalise(self.cleaned_data["uscc"])
        if code and not re.match(uscc.SHAPE, code):
            raise ValidationError(_("The code has 18 digits and capital letters."))
        return code

    def clean_parent_name(self) -> str:
        """Find the parent in the register."""
        name = str(self.cleaned_data["parent_name"]).strip()
        self.parent = None
        if name:
            self.parent = Organisation.objects.filter(name=name, merged_into=None).first()
            if self.parent is None:
                raise ValidationError(
                    _("There is no unit of this name in the register; you can leave this empty.")
                )
        return name

    def clean(self) -> dict[str, Any]:
        """Ask once about a code that fails its check digit."""
        data = super().clean() or {}
        code = data.get("uscc")
        if code and not uscc.is_sound(code) and not data.get("code_is_right"):
            self.add_error(
                "uscc",
                _(
                    "The check digit does not fit: please compare with your certificate. If the "
                    "code is right, tick the box below; the association will look at it."
                ),
            )
        return data

    def _post_clean(self) -> None:
        """Leave the model's own checks to the service: an existing unit has its own page."""

    def identity(self) -> Identity:
        """Return the cleaned input as the services take it."""
        data = self.cleaned_data
        unit = self.instance
        return Identity(
            name=unit.name if self.fixed else data["name"],
            uscc=(unit.uscc or "") if self.fixed else data["uscc"],
            parent=unit.parent if self.fixed else self.parent,
            region=data["region"],
            address=data["address"],
            phone=data["phone"],
            head_name=data["head_name"],
        )


class WishForm(forms.Form):
    """One association and what the unit would be to it."""

    # As this association sees the unit; another may see it otherwise.
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of unit"), choices=[("", "—"), *OrganisationKind.choices]
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Level"),
        choices=[("", "—"), *Level.choices],
        required=False,
    )

    def __init__(self, *args: Any, issuer: Issuer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.issuer = issuer

    def wish(self) -> Wish:
        """Return the cleaned input as the services take it."""
        level = self.cleaned_data["level"]
        return Wish(
            issuer=self.issuer,
            kind=OrganisationKind(self.cleaned_data["kind"]),
            level=Level(level) if level else None,
        )


class ChosenWishForm(WishForm):
    """The same behind a tick, one per association on the registration page."""

    chosen = forms.BooleanField(required=False)
    field_order = ["chosen", "kind", "level"]

    def __init__(self, *args: Any, issuer: Issuer, **kwargs: Any) -> None:
        super().__init__(*args, issuer=issuer, prefix=f"issuer-{issuer.pk}", **kwargs)
        self.fields["chosen"].label = issuer.organisation.name
        self.fields["kind"].required = False
        # Asked for wherever the tick is set, so the page does not call it optional.
        dress(self.fields["kind"], Dress(required=True))

    def clean(self) -> dict[str, Any]:
        """Ask for the kind only where the association is ticked."""
        data = super().clean() or {}
        if data.get("chosen") and not data.get("kind"):
            self.add_error("kind", _("Please say what your unit is to this association."))
        return data


class RightsField(forms.TypedMultipleChoiceField):
    """Rights in a unit, as ticks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=gettext_lazy("Rights"),
            choices=Right.choices,
            coerce=Right,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": gettext_lazy("Choose at least one right.")},
            **kwargs,
        )


class InviteForm(forms.Form):
    """Whom to invite into the unit, and with which rights."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    email = forms.EmailField(label=gettext_lazy("Mailbox"))
    rights = RightsField(initial=[Right.FILLER])


class MemberForm(forms.Form):
    """What a member may do, and in which position."""

    position = forms.CharField(label=gettext_lazy("Position held"), max_length=60, required=False)
    rights = RightsField()

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        initial = {"position": membership.position, "rights": membership.rights}
        super().__init__(*args, **{**kwargs, "initial": initial})


class AnswerForm(forms.Form):
    """Which rights somebody who asked is given."""

    rights = RightsField(initial=[Right.FILLER])


class AskForm(forms.ModelForm[MembershipRequest]):
    """A word to the administrators of a unit one wants to join."""

    class Meta:
        model = MembershipRequest
        fields = ["message"]
        labels = {"message": gettext_lazy("Message to the unit's administrators")}


def wish_forms(issuers: Iterable[Issuer], data: Any = None) -> list[ChosenWishForm]:
    """Return one form per association for the registration page."""
    return [ChosenWishForm(data, issuer=issuer) for issuer in issuers]


def one_is_chosen(wishes: list[ChosenWishForm]) -> bool:
    """Tell whether an association is ticked; if none is, say so at the first tick."""
    if not wishes or any(one["chosen"].value() for one in wishes):
        return True
    # A request without any content binds no form: there is no page to say it on yet.
    if wishes[0].is_bound:
        wishes[0].add_error("chosen", _("Choose at least one association."))
    return False
