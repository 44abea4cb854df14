"""What the portal asks of an outside e-seal service, and the one that speaks JSON over HTTPS.

The document never leaves the portal: the service gets the hash that is to be signed and answers
with the signature. Anything else that can do this is an adapter too: see ``SealService``.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import urllib.error
import urllib.request
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from portal.checks import is_local
from portal.errors import RuleViolation
from portal.seals.certificates import Chain, WrongPassword

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10
LARGEST_ANSWER = 200_000


class SealService(Protocol):
    """A service that keeps keys of seals and signs with them."""

    def certificate(self, reference: str) -> Chain:
        """Return the certificate of a seal; RuleViolation where there is no such seal."""
        ...

    def sign(self, reference: str, *, digest: bytes, algorithm: str, pin: str) -> bytes:
        """Return the signature over a hash made with ``algorithm`` (``sha256`` …).

        RSA: PKCS#1 v1.5; ECDSA: as DER. Raises WrongPassword for a wrong PIN, RuleViolation where
        the service refuses or does not answer.
        """
        ...


def service() -> SealService | None:
    """Return the service of the settings, or None."""
    if not settings.SEAL_SERVICE_URL:
        return None
    return HttpSealService(settings.SEAL_SERVICE_URL, settings.SEAL_SERVICE_TOKEN)


class HttpSealService:
    """The service behind ``SEAL_SERVICE_URL``; docs/operations.md tells what it must answer."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (
            parts.scheme == "http" and is_local(parts.hostname or "")
        ):
            raise ValueError("An e-seal service is spoken to over https.")
        self._url, self._token = url, token

    def certificate(self, reference: str) -> Chain:
        """Ask for a seal's certificate: ``GET /seals/<reference>``."""
        answer = self._ask("GET", f"/seals/{quote(reference, safe='')}")
        return Chain(
            _decoded(answer.get("certificate")),
            tuple(_decoded(other) for other in answer.get("chain", [])),
        )

    def sign(self, reference: str, *, digest: bytes, algorithm: str, pin: str) -> bytes:
        """Have a hash signed: ``POST /seals/<reference>/sign``."""
        body = {
            "digest": base64.b64encode(digest).decode(), "algorithm": algorithm, "pin": pin,
        }  # fmt: skip
        answer = self._ask("POST", f"/seals/{quote(reference, safe='')}/sign", body)
        return _decoded(answer.get("signature"))

    def _ask(self, method: str, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - the address is the operator's
            self._url + path,
            data=json.dumps(body).encode() if body else None,
            method=method,
            headers={
                "Content-Type": "application/json",
                "Authorization": f"Bearer {self._token}",
            },
        )
        try:
            with _OPENER.open(request, timeout=TIMEOUT_SECONDS) as response:
                answer = json.loads(response.read(LARGEST_ANSWER))
        except urllib.error.HTTPError as refusal:
            raise _refused(refusal.code) from refusal
        except (OSError, ValueError) as fault:
            # The fault's own text could repeat what was sent; its kind is enough.
            logger.warning("e-seal service: %s", type(fault).__name__)
            raise RuleViolation([_no_answer()]) from None
        if not isinstance(answer, dict):
            raise RuleViolation([_no_answer()])
        return answer


def packed(chain: Chain) -> bytes:
    """Return a chain as what is kept of a seal whose key is elsewhere."""
    both = [chain.certificate, *chain.others]
    return json.dumps([base64.b64encode(one).decode() for one in both]).encode()


def unpacked(content: bytes) -> Chain:
    """Return the chain that was kept."""
    certificate, *others = (base64.b64decode(one) for one in json.loads(content))
    return Chain(certificate, tuple(others))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else with the PIN and the token."""

    def redirect_request(self, *arguments: Any, **named: Any) -> None:
        """Follow nothing."""


_OPENER = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


def _refused(status: int) -> RuleViolation:
    """Return what a status of the service means to the keeper."""
    logger.warning("e-seal service: status %s", status)
    match status:
        case 401 | 403:
            return RuleViolation(
                [_("The e-seal service refuses this portal. Please tell its operators.")]
            )
        case 404:
            return RuleViolation([_("The e-seal service knows no such seal.")])
        case 422:
            return WrongPassword([_("The e-seal service does not accept the PIN.")])
    return RuleViolation([_no_answer()])


def _no_answer() -> str:
    return _("The e-seal service does not answer. Nothing was sealed; please try again later.")


def _decoded(text: object) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError) as fault:
        raise RuleViolation([_no_answer()]) from fault
