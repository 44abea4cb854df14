"""What a person who objects fills in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.documents import codes
from portal.face.wording import labelled
from portal.phone import validate_phone
from reviews.models import Publicity
from reviews.services.objections import MOST_FILES, Statement


class _SeveralFiles(forms.ClearableFileInput):
    """An input that takes more than one file."""

    allow_multiple_selected = True


class _Files(forms.FileField):
    """Several files, each looked at as one file is."""

    widget = _SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files; raise ValidationError for more than are taken."""
        files = [super(_Files, self).clean(one, initial) for one in data or []]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("At most %(n)s files.") % {"n": MOST_FILES})
        return files


class ObjectionForm(forms.Form):
    """Who objects against what, and why."""

    about = forms.ChoiceField(label=gettext_lazy("The objection is about"))
    text = forms.CharField(
        label=gettext_lazy("What you object, and the facts"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "Say what is wrong and how it can be checked: when, where, which document."
        ),
    )
    evidence = _Files(
        label=gettext_lazy("Evidence"),
        required=False,
        widget=_SeveralFiles(attrs={"accept": ".pdf,.docx,.jpg,.jpeg,.png"}),
        help_text=gettext_lazy("PDF, Word, JPG or PNG; up to 5 files. May be left out."),
    )
    name = forms.CharField(
        label=pgettext_lazy("of a person", "Your real name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    unit_name = forms.CharField(
        label=gettext_lazy("Your unit"),
        required=False,
        max_length=120,
        help_text=gettext_lazy(
            "Where a unit objects, its full name; put the letter with its seal with the evidence."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=30,
        validators=[validate_phone],
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Mailbox"),
        required=False,
        help_text=gettext_lazy("Receipt and answer are sent there. May be left out."),
    )
    true = forms.BooleanField(
        label=gettext_lazy("I object under my real name, and what I say is true as far as I know.")
    )

    def __init__(self, data: Any = None, files: Any = None, *, publicity: Publicity) -> None:
        """Offer the projects of the list, and the list as a whole."""
        super().__init__(data, files)
        rows = publicity.entries.select_related("application__packet__organisation")
        projects = [
            (str(entry.pk), labelled(entry.application.packet.organisation, entry.application))
            for entry in rows
        ]
        about: Any = self.fields["about"]
        about.choices = [
            ("", _("Please choose")), *projects, ("list", _("The list as a whole")),
        ]  # fmt: skip

    def statement(self) -> Statement:
        """Return what was filled in."""
        data = self.cleaned_data
        about = data["about"]
        return Statement(
            entry_id=None if about == "list" else int(about),
            name=data["name"],
            unit_name=data["unit_name"],
            phone=data["phone"],
            email=data["email"],
            text=data["text"],
        )


class ReceiptForm(forms.Form):
    """The code of a receipt."""

    code = forms.CharField(
        label=gettext_lazy("Code of your receipt"),
        max_length=40,
        help_text=gettext_lazy("12 letters and digits, such as 7K4M-Q2XD-93HW."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        """Return the code as it is meant."""
        code = codes.read(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(
                _("This is no code of a receipt: it has 12 letters and digits.")
            )
        return code
