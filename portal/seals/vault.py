"""Keeps what seals are made of under lock; only the sealing code may import this.

AES-256-GCM with a key from the settings. The seal's id is part of what is authenticated, so that a
content put beside another seal's id does not open. The first key of ``SEAL_KEY`` locks, every one
of them opens: put a new key first, run ``rotate_seal_key``, take the old one out.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from portal.seals.models import Seal, SealedContent

KEY_BYTES, MARK_BYTES, NONCE_BYTES = 32, 4, 12


class VaultError(Exception):
    """The vault cannot be opened: no key, a key of the wrong shape, or not the right one."""


def keys() -> list[bytes]:
    """Return the keys of the settings, the one that locks first.

    The demo and a developer's machine need none: theirs comes from SECRET_KEY. Raises VaultError
    where there is none or one is not 32 bytes in Base64.
    """
    given = settings.SEAL_KEY
    if not given and (settings.DEBUG or settings.DEMO):
        return [hashlib.sha256(b"portal.seals.vault" + settings.SECRET_KEY.encode()).digest()]
    if not given:
        raise VaultError("SEAL_KEY is not set.")
    return [_read(key) for key in given]


def keep(seal: Seal, content: bytes) -> None:
    """Lock a content away beside its seal, in the caller's transaction."""
    SealedContent.objects.create(seal=seal, locked=_lock(seal.pk, content))


def take(seal: Seal) -> bytes:
    """Return the content of a seal. Raises VaultError when no key opens it."""
    row = SealedContent.objects.get(seal=seal)
    return _open(seal.pk, bytes(row.locked))


def destroy(seal: Seal) -> None:
    """Forget the content of a seal for good."""
    SealedContent.objects.filter(seal=seal).delete()


def rotate() -> int:
    """Lock every content with the first key of the settings; return how many changed.

    Called inside a transaction. Raises VaultError when one cannot be opened.
    """
    newest = _mark(keys()[0])
    count = 0
    for row in SealedContent.objects.select_for_update().order_by("pk").iterator():
        locked = bytes(row.locked)
        if locked[:MARK_BYTES] == newest:
            continue
        row.locked = _lock(row.pk, _open(row.pk, locked))
        row.save(update_fields=["locked"])
        count += 1
    return count


def _lock(seal_id: UUID, content: bytes) -> bytes:
    key = keys()[0]
    nonce = os.urandom(NONCE_BYTES)
    return _mark(key) + nonce + AESGCM(key).encrypt(nonce, content, seal_id.bytes)


def _open(seal_id: UUID, locked: bytes) -> bytes:
    mark, nonce, rest = (
        locked[:MARK_BYTES],
        locked[MARK_BYTES : MARK_BYTES + NONCE_BYTES],
        locked[MARK_BYTES + NONCE_BYTES :],
    )
    for key in keys():
        if _mark(key) == mark:
            try:
                return AESGCM(key).decrypt(nonce, rest, seal_id.bytes)
            except InvalidTag:
                break
    raise VaultError("No key of SEAL_KEY opens this content.")


def _mark(key: bytes) -> bytes:
    """Return what tells which key locked: nothing the key could be guessed from."""
    return hashlib.sha256(b"portal.seals.vault.mark" + key).digest()[:MARK_BYTES]


def _read(text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise VaultError("A key in SEAL_KEY is not Base64.") from error
    if len(key) != KEY_BYTES:
        raise VaultError("A key in SEAL_KEY is not 32 bytes long.")
    return key
