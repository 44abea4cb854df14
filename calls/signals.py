"""What calls tell whoever keeps copies of public pages; sent after the change has committed."""

from django.db import transaction
from django.dispatch import Signal

# With call_id: published, amended, extended, archived.
call_changed = Signal()
# With notice_id: published, withdrawn, given an attachment.
notice_changed = Signal()

# With origin and call: a draft was made from another call; sent within the transaction, so that
# what apps above keep of a call is copied with it or not at all.
call_cloned = Signal()
# With amendment_id: a published call says something else than before.
call_amended = Signal()


def tell_call_amended(amendment_id: int) -> None:
    """Send ``call_amended`` once the transaction at hand has committed."""
    transaction.on_commit(
        lambda: call_amended.send_robust(sender="calls", amendment_id=amendment_id), robust=True
    )


def tell_call_changed(call_id: int) -> None:
    """Send ``call_changed`` once the transaction at hand has committed."""
    transaction.on_commit(
        lambda: call_changed.send_robust(sender="calls", call_id=call_id), robust=True
    )


def tell_notice_changed(notice_id: int) -> None:
    """Send ``notice_changed`` once the transaction at hand has committed."""
    transaction.on_commit(
        lambda: notice_changed.send_robust(sender="calls", notice_id=notice_id), robust=True
    )
