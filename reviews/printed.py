"""What staff are told about the printed form in hand: how far it is, and which seals it bears."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from applications import printing
from applications.models import Version
from calls.enums import Sealing
from portal.documents import codes
from portal.documents.models import Document, DocumentState
from portal.people.models import User
from portal.seals.enums import Party, Way
from portal.seals.models import SealUse


@dataclass(frozen=True, slots=True)
class Printed:
    """The printed form of one version with the uses of seals on it, the first one first."""

    document: Document
    uses: Sequence[SealUse]
    # The call's forms are sealed in the portal, not on paper.
    sealed_here: bool

    @property
    def has_failed(self) -> bool:
        """Tell whether it could not be set."""
        return self.document.state == DocumentState.FAILED

    @property
    def by_unit(self) -> SealUse | None:
        """Return the use of the applying unit's seal."""
        return self._of(Party.UNIT)

    @property
    def by_issuer(self) -> SealUse | None:
        """Return the use of the association's seal."""
        return self._of(Party.ISSUER)

    @property
    def only_pictures(self) -> bool:
        """Tell whether no seal on it is one in law."""
        return bool(self.uses) and all(use.way == Way.IMAGE for use in self.uses)

    @property
    def verify_path(self) -> str:
        """Return the path of the public page that tells what the document is."""
        return codes.path(self.document.code)

    def may_try_again(self, user: User) -> bool:
        """Tell whether this person may have it set again: staff once, operators always."""
        return self.has_failed and (user.is_superuser or not self.document.retried)

    def _of(self, party: Party) -> SealUse | None:
        return next((use for use in self.uses if use.party == party), None)


def printed_form(version: Version | None, sealing: str) -> Printed | None:
    """Return the printed form of a version; ``sealing`` is the call's way of sealing."""
    document = printing.form_of(version) if version else None
    if document is None:
        return None
    uses = SealUse.objects.all().of_document(document.pk).select_related("seal__organisation", "by")
    return Printed(document, list(uses), Sealing(sealing).in_portal)
