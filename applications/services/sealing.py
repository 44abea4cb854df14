"""The frozen form sealed in the portal: by the unit's seal keeper, in the web request."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from applications import printing
from applications.models import Packet, StateLog, Version
from applications.services import lifecycle, locking
from applications.states import Action, State
from calls.enums import Sealing
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.models import Organisation, User
from portal.seals.enums import Party, Way
from portal.seals.models import Seal, SealUse
from portal.seals.services import sealing
from portal.seals.services.sealing import OpenSeal

# Stands in the signature itself, which is read in Chinese.
REASON = "申报单位盖章"
# Who asked for the sign-off, or froze without one, wrote what is sealed.
WRITING = frozenset({Action.REQUEST_SIGNOFF, Action.FREEZE})
# A call that is content with a picture takes an electronic seal as well.
WAYS = {
    Sealing.CERTIFICATE: frozenset({Way.CERTIFICATE, Way.SERVICE}),
    Sealing.IMAGE: frozenset(Way),
}


def usable_seals(unit: Organisation, asked: Sealing) -> list[Seal]:
    """Return the unit's seals that a call with this way of sealing takes."""
    ways = WAYS.get(asked, frozenset())
    return list(Seal.objects.all().of(unit).usable().filter(way__in=ways))


def refuse_other_ways(open_seal: OpenSeal, asked: Sealing) -> None:
    """Raise RuleViolation for a seal of another kind than the call asks for."""
    if Way(open_seal.seal.way) not in WAYS.get(asked, frozenset()):
        raise RuleViolation([_("This call does not take a seal of this kind.")])


def is_sealed(version: Version) -> bool:
    """Tell whether the form of a version bears the unit's seal."""
    return sealing.bears(printing.form_of(version), Party.UNIT)


def seal(*, packet_id: uuid.UUID, seal: Seal, password: str, place: str, by: User) -> SealUse:
    """Seal the packet's newest version and take its applications to “sealed”.

    Runs in the web request, so that neither password nor key gets into a task. Raises
    RuleViolation where the form is not printed yet, the seal or the person is not entitled, or the
    password is wrong (WrongPassword, which is counted).
    """
    # Outside the transaction: a wrong password is counted whatever becomes of the rest.
    with sealing.opened(seal, by=by, password=password) as open_seal:
        return _seal(packet_id, open_seal, place)


@transaction.atomic
def _seal(packet_id: uuid.UUID, open_seal: OpenSeal, place: str) -> SealUse:
    """Seal under the packet's lock and move what waits for it."""
    packet, by = locking.lock_packet(packet_id), open_seal.by
    refuse_other_ways(open_seal, Sealing(packet.call.sealing))
    version = packet.latest_version()
    waiting = [a for a in locking.lock_applications(packet) if a.state == State.SIGNED_OFF]
    document = printing.form_of(version) if version else None
    if version is None or not waiting:
        raise RuleViolation([_("There is no frozen form to seal now.")])
    if document is None or not document.is_ready:
        raise RuleViolation([_("The form is still being printed. Please seal it in a minute.")])
    use = sealing.apply(
        document=document,
        open_seal=open_seal,
        party=Party.UNIT,
        reason=REASON,
        place=place,
        written_by=_writers(packet),
    )
    for application in waiting:
        lifecycle.move(application, Action.SEAL, by=by)
    record(
        "form_sealed",
        by=by,
        target=version,
        issuer=packet.call.issuer,
        organisation=packet.organisation,
        use=use.pk,
    )
    return use


def _writers(packet: Packet) -> list[int]:
    """Return who wrote what is sealed: the last to send it on, for each application."""
    writers = {}
    logs = StateLog.objects.filter(application__packet=packet, action__in=WRITING)
    for application, writer in logs.order_by("pk").values_list("application", "by"):
        writers[application] = writer
    return list(writers.values())
