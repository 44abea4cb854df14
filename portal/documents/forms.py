"""What the verification page asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.documents import codes

# How the files begin in which codes are looked for.
_SIGNS = {
    b"%PDF": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG": "image/png",
}


class CodeForm(forms.Form):
    """The code printed at the foot of every page."""

    code = forms.CharField(
        label=gettext_lazy("Verification code"),
        max_length=40,
        help_text=gettext_lazy(
            "12 letters and digits at the foot of each page, such as 7K4M-Q2XD-93HW; "
            "spaces, hyphens and small letters do not matter."
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        """Return the code as it is stored."""
        code = codes.read(self.cleaned_data["code"])
        if not code:
            raise ValidationError(
                _(
                    "This is no verification code: it has 12 letters and digits, "
                    "without 0, 1, I, L, O and U."
                )
            )
        return code


class FileForm(forms.Form):
    """A file whose document is to be found; it is not kept."""

    file = forms.FileField(
        label=gettext_lazy("PDF, or picture of a page"),
        help_text=gettext_lazy("PDF, JPG or PNG. The file is only looked at and not kept."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large or of another kind; remember the kind."""
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise ValidationError(_("This file is larger than any document of this portal."))
        start = file.read(8)
        file.seek(0)
        self.content_type = next((t for sign, t in _SIGNS.items() if start.startswith(sign)), "")
        if not self.content_type:
            raise ValidationError(_("This is neither a PDF nor a JPG or PNG picture."))
        return file


class CompareForm(forms.Form):
    """A PDF to be held against the stored one; it is not kept."""

    file = forms.FileField(
        label=gettext_lazy("PDF to compare"),
        help_text=gettext_lazy("The file is only compared and not kept."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"}),
    )

    def clean_file(self) -> Any:
        """Refuse what is larger than any document of ours."""
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise ValidationError(_("This file is larger than any document of this portal."))
        return file
