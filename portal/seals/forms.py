"""Shapes of input: adding a seal in one of three ways, revoking one, trusting an authority."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.face.dress import Dress, dress
from portal.seals.certificates import LARGEST_FILE
from portal.seals.models import LARGEST, SMALLEST, USUAL
from portal.seals.services.keeping import Wish

LARGEST_LIST = 20 * 1024 * 1024


class SealForm(forms.Form):
    """What is said of every seal."""

    title = forms.CharField(
        label=gettext_lazy("Name of the seal"),
        max_length=60,
        initial=gettext_lazy("Official seal"),
        help_text=gettext_lazy("To tell it from other seals of your unit; it is not printed."),
    )
    diameter = forms.DecimalField(
        label=gettext_lazy("Diameter"),
        min_value=SMALLEST,
        max_value=LARGEST,
        max_digits=3,
        decimal_places=1,
        initial=USUAL,
        help_text=gettext_lazy(
            "As your seal really measures: 42 mm for most units, 45 mm for national societies."
        ),
    )
    two_persons = forms.BooleanField(
        label=gettext_lazy("Whoever wrote an application does not seal it"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Leave this ticked unless one person does everything in your unit."),
    )
    field_order = ["title", "file", "reference", "password", "diameter", "two_persons"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields["diameter"], Dress(suffix="mm", short=True))

    def wish(self) -> Wish:
        """Return what was said as the service takes it."""
        data = self.cleaned_data
        diameter: Decimal = data["diameter"]
        return Wish(title=data["title"], diameter=diameter, two_persons=data["two_persons"])


class CertificateForm(SealForm):
    """A PKCS#12 file and its password, which is tried once and not kept."""

    file = forms.FileField(
        label=gettext_lazy("Certificate file"),
        help_text=gettext_lazy(
            "The file with certificate and key that your certificate authority gave you, ending in "
            ".p12 or .pfx. It is kept locked and never handed out again."
        ),
        widget=forms.FileInput(attrs={"accept": ".p12,.pfx"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password of the file"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("It is not kept: you are asked for it each time you seal."),
    )

    def clean_file(self) -> bytes:
        """Return the bytes; a certificate file is small."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError(_("This file is too large to be a certificate file."))
        content: bytes = file.read()
        return content


class ImageForm(SealForm):
    """A picture of the seal."""

    file = forms.FileField(
        label=gettext_lazy("Picture of the seal"),
        help_text=gettext_lazy(
            "A PNG of the whole round seal on white or nothing, at least 300 pixels a side. It is "
            "kept locked and shown to nobody, you included."
        ),
        widget=forms.FileInput(attrs={"accept": "image/png"}),
    )


class ServiceForm(SealForm):
    """A seal whose key an e-seal service keeps."""

    reference = forms.CharField(
        label=gettext_lazy("Number of the seal at the service"),
        max_length=120,
        help_text=gettext_lazy("The e-seal service has told your unit; its PIN is asked at use."),
    )


class RevokeForm(forms.Form):
    """Why a seal is revoked."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For example: lost, replaced by a new one, keeper has changed."),
    )


class AuthorityForm(forms.Form):
    """A certificate authority to be trusted."""

    name = forms.CharField(label=pgettext_lazy("of an authority", "Name"), max_length=200)
    file = forms.FileField(
        label=gettext_lazy("Certificate of the authority"),
        help_text=gettext_lazy("PEM or DER, as the authority publishes it."),
    )

    def clean_file(self) -> bytes:
        """Return the bytes; a certificate is small."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError(_("This file is too large to be a certificate file."))
        content: bytes = file.read()
        return content


class RevocationForm(forms.Form):
    """A revocation list (CRL) of a trusted authority."""

    file = forms.FileField(
        label=gettext_lazy("Revocation list"),
        help_text=gettext_lazy("The newest list (CRL), as the authority publishes it."),
    )

    def clean_file(self) -> bytes:
        """Return the bytes; lists of large authorities have some megabytes."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_LIST:
            raise ValidationError(_("This file is too large to be a revocation list."))
        content: bytes = file.read()
        return content
