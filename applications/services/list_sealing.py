"""A recommending unit's summary table sealed in the portal, by its keeper, in the web request."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from applications import printing_lists
from applications.models import RecommendationList
from applications.models.recommendation import ListState
from applications.services import locking
from applications.services.sealing import refuse_other_ways
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.models import User
from portal.seals.enums import Party
from portal.seals.models import Seal, SealUse
from portal.seals.services import sealing
from portal.seals.services.sealing import OpenSeal

# Stands in the signature itself, which is read in Chinese.
REASON = "推荐单位盖章"


def seal(*, list_id: uuid.UUID, seal: Seal, password: str, place: str, by: User) -> SealUse:
    """Seal the summary table of a frozen list; the list stays frozen and can be handed in.

    Raises RuleViolation where nothing is frozen or printed yet, the seal or the person is not
    entitled, or the password is wrong (WrongPassword, which is counted).
    """
    # Outside the transaction: a wrong password is counted whatever becomes of the rest.
    with sealing.opened(seal, by=by, password=password) as open_seal:
        return _seal(list_id, open_seal, place)


@transaction.atomic
def _seal(list_id: uuid.UUID, open_seal: OpenSeal, place: str) -> SealUse:
    """Seal under the list's lock, so that it is neither taken back nor handed in meanwhile."""
    made, by = _lock(list_id), open_seal.by
    refuse_other_ways(open_seal, made.level.list_sealing)
    version = made.latest_version()
    if version is None or made.state != ListState.FROZEN:
        raise RuleViolation([_("There is no frozen list to seal now.")])
    document = printing_lists.table_of(version)
    if document is None or not document.is_ready:
        raise RuleViolation([_("The table is still being printed. Please seal it in a minute.")])
    use = sealing.apply(
        document=document,
        open_seal=open_seal,
        party=Party.UNIT,
        reason=REASON,
        place=place,
        written_by=[version.by_id],
    )
    record(
        "list_sealed",
        by=by,
        target=made,
        issuer=made.level.call.issuer,
        organisation=made.organisation,
        use=use.pk,
        no=version.no,
    )
    return use


def _lock(list_id: uuid.UUID) -> RecommendationList:
    """Lock the list in the one order; that a keeper of its unit acts is the seal's own affair."""
    lists = RecommendationList.objects.select_related("level__call__issuer", "organisation")
    seen = lists.get(pk=list_id)
    locking.lock_counting(seen.level.call, [seen.organisation])
    return lists.select_for_update(of=("self",)).get(pk=list_id)
