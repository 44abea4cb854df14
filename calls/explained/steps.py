"""How an application is handed in, step by step, for the call page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calls.enums import PacketMode, PaperCounts, Sealing
from calls.models import Call, PaperRule, RecommendingLevel
from portal.face.wording import listed


def steps_of(
    call: Call, papers: Sequence[PaperRule], levels: Sequence[RecommendingLevel]
) -> Iterator[str]:
    """Say how an application is handed in, step by step."""
    if call.packet_mode == PacketMode.PLAN:
        yield _(
            "The unit fills in its recommendation plan and one form for each recommendation,"
            " and hands them in together."
        )
    else:
        yield _("Fill in the form on this portal; everything is saved as you type.")
    if call.signoff:
        yield _("The approver of your unit signs off on the portal; the form is then frozen.")
    if call.sealing == Sealing.SCAN:
        signatory = call.signatory("")
        yield (
            _("Print the form, have it signed by %(who)s and stamped, and upload the scan.")
            % {"who": signatory}
            if signatory
            else _("Print the form, have it signed and stamped, and upload the scan.")
        )
    if boxes := [paper.title for paper in papers if paper.box and paper.category_id is None]:
        yield _("Before the scan the form also bears: %(boxes)s.") % {"boxes": listed(boxes)}
    if call.sealing == Sealing.CERTIFICATE:
        yield _("A seal keeper of your unit puts its electronic seal on the form, on the portal.")
    if call.sealing == Sealing.IMAGE:
        yield _("A seal keeper of your unit puts its seal on the form, on the portal.")
    if levels:
        yield _(
            "Choose the unit that recommends you (%(who)s): what you hand in goes to it first."
        ) % {"who": levels[0].title}
    yield _("Hand in before the deadline; a receipt with a number says that it has arrived.")
    yield from _how_on_paper(call)
    if any(not paper.box for paper in papers):
        yield _("Hand in with the form what is listed below.")


def _how_on_paper(call: Call) -> Iterator[str]:
    words = {"copies": call.paper_copies}
    if call.paper_copies and call.paper_counts == PaperCounts.POSTMARK:
        yield (
            ngettext(
                "Send %(copies)s stamped copy on paper; the postmark counts.",
                "Send %(copies)s stamped copies on paper; the postmark counts.",
                call.paper_copies,
            )
            % words
        )
    elif call.paper_copies:
        yield (
            ngettext(
                "Send %(copies)s stamped copy on paper; the date of arrival counts.",
                "Send %(copies)s stamped copies on paper; the date of arrival counts.",
                call.paper_copies,
            )
            % words
        )
