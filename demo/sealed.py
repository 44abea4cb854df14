"""A call of the demo whose forms are sealed by certificate, with applications at each step."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from random import Random

from django.conf import settings
from django.core.management import call_command

from calls.callfile.reading import read_call
from calls.models import Call
from calls.services.publish import publish_call
from demo.journeys import Traveller
from demo.people import Register
from portal import clock
from portal.people.models import User

FILE = Path(__file__).resolve().parent / "calls/jiaxing-sealed.yaml"
DAYS_BEFORE, DAYS_AFTER = 10, 20
# Units and how far theirs gets: waiting for the seal, sealed and handed in, accepted.
WAITING, HANDED_IN, ACCEPTED = "jx-energy", "jx-medicine", "jx-electronics"


def publish_sealed_call(officer: User) -> Call:
    """Publish the call, open now, with sample seals for all keepers."""
    call = read_call(FILE.read_text(encoding="utf-8"), by=None)
    now = clock.today()
    call.opens_at = clock.start_of(now - dt.timedelta(days=DAYS_BEFORE))
    call.closes_at = clock.end_of(now + dt.timedelta(days=DAYS_AFTER))
    call.save(update_fields=["opens_at", "closes_at"])
    if settings.DEMO:
        call_command("make_demo_authority", stdout=io.StringIO())
    return publish_call(call, by=officer)


def apply_with_seals(register: Register, call: Call, officer: User, random: Random) -> int:
    """Take three applications through sign-off and seal; return how many."""
    category = call.categories.select_related("call__issuer", "parent").get()
    for code in (WAITING, HANDED_IN, ACCEPTED):
        traveller = Traveller(register.teams[code], officer, random, None)
        traveller.begin(category)
        traveller.ask_signoff()
        traveller.sign()
        if code == WAITING:
            continue
        traveller.seal()
        traveller.hand_in()
        if code == ACCEPTED:
            traveller.accept()
    return 3
