"""Draft calls made of the stored notices, as staff get them who confirm what was read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from calls.models import Call
from calls.reader import quoted, read
from calls.services.from_notice import draft_from_notice
from calls.services.notice_facts import Confirmed, Head
from portal import clock
from tests.factories.people import IssuerFactory, UserFactory

NOTICES = Path(__file__).parent.parent / "data/notices"


def drafted(name: str, *, opens: str, closes: str, only_sure: bool = False) -> Call:
    """Read a notice and confirm everything, or only what the reader was sure of."""
    proposal = read((NOTICES / f"{name}.txt").read_text("utf-8"))
    facts = [
        Confirmed(one.kind, one.values, quoted(proposal, one), one.why) for one in proposal.findings
    ]
    confirmed = [one for one in facts if not only_sure or not one.why]
    closing = dt.date.fromisoformat(closes) + dt.timedelta(days=1)
    return draft_from_notice(
        issuer=IssuerFactory(),
        by=UserFactory(),
        head=Head(
            title=str(proposal.of("title")[0].values["text"]),
            year=closing.year,
            opens_at=clock.start_of(dt.date.fromisoformat(opens)),
            closes_at=clock.start_of(closing),
        ),
        text=proposal.text,
        confirmed=confirmed,
        unsure=[one for one in facts if one not in confirmed],
    )
