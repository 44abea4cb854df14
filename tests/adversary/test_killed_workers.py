"""A receipt that was shown outlives the worker that wrote it; one that was not comes on retry.

Packets are handed in over HTTP to a real gunicorn whose workers are killed (signal 9) while they
answer. Whoever gets no answer sends the same page again, as a browser's reload does.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import TypeVar

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from applications.models import HandIn, Packet, StateLog
from applications.states import State
from demo.browsing import Browser
from portal.audit.models import AuditEntry
from portal.mail.models import Message
from scripts.services import free_port
from tests.adversary.scale import SCALE
from tests.adversary.test_quota_race import signed_packets
from tests.factories.applications import Scene, make_scene

UNITS, AT_ONCE, KILLED_OF, SEED = 16 * SCALE, 4, 4, 20261122
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0
T = TypeVar("T")


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return make_scene(sealing="none", seal_days=None)


@dataclass(frozen=True)
class Flow:
    """Somebody signed in who is about to hand a packet in."""

    packet: Packet
    cookie: str


@dataclass
class Web:
    """A real gunicorn on the tests' database."""

    base: str
    master: int
    kills: int = 0

    def kill_one(self, draw: random.Random) -> None:
        """Kill one of its workers at once, whatever it does."""
        listed = Path(f"/proc/{self.master}/task/{self.master}/children").read_text().split()
        if listed:
            os.kill(int(draw.choice(listed)), signal.SIGKILL)
            self.kills += 1


@contextmanager
def web(log: Path) -> Iterator[Web]:
    """Serve the tests' database; stop at the end."""
    own = re.sub(r"/[^/]+$", f"/{connection.settings_dict['NAME']}", os.environ["DATABASE_URL"])
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": own,
        "REDIS_URL": settings.REDIS_URL,
        "WEB_WORKERS": "3",
    }
    command = [
        sys.executable, "-m", "gunicorn", "portal.wsgi", "--config",
        "scripts/deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}",
    ]  # fmt: skip
    with log.open("wb") as out:
        master = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
        try:
            served = Web(f"http://127.0.0.1:{port}", master.pid)
            insist(lambda: Browser(served.base).get("/healthz"))
            yield served
        finally:
            master.terminate()
            master.wait(60)


def insist(ask: Callable[[], T]) -> T:
    """Ask until there is an answer: a killed worker's requests break off or are refused."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return ask()
        except (urllib.error.URLError, HTTPException, OSError):
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def waiting_flows(scene: Scene) -> list[Flow]:
    """Let units sign one packet each and sign in."""
    flows = []
    for _n in range(UNITS):
        unit = scene.another_unit()
        client = Client()
        client.force_login(unit.filler, settings.AUTHENTICATION_BACKENDS[0])
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        flows.append(Flow(signed_packets(scene, unit)[0], cookie))
    return flows


def hand_in(served: Web, flow: Flow, draw: random.Random) -> str:
    """Hand in as a browser does while now and then a worker is killed; return the receipt."""
    browser = Browser(served.base)
    browser.keep(settings.SESSION_COOKIE_NAME, flow.cookie)
    address = f"/my/packets/{flow.packet.pk}/hand-in/"
    page = insist(lambda: browser.get(address))
    if draw.randrange(KILLED_OF) == 0:
        delay = draw.uniform(0, 0.08)
        threading.Timer(delay, served.kill_one, [random.Random(draw.random())]).start()
    shown = insist(lambda: browser.send(page, page.form("key")))
    found = re.search(r"/receipts/([^/]+)/", shown.url)
    assert found, shown.url
    return found[1]


def test_receipts_outlive_killed_workers(
    scene: Scene, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    flows = waiting_flows(scene)
    draw = random.Random(SEED)
    draws = [random.Random(draw.random()) for _flow in flows]
    connection.close()
    with web(tmp_path / "web.log") as served, ThreadPoolExecutor(AT_ONCE) as crowd:
        shown = list(crowd.map(lambda pair: hand_in(served, *pair), zip(flows, draws, strict=True)))
    record_property("tried", f"{UNITS} hand-ins, {served.kills} workers killed, seed {SEED}")
    assert served.kills >= UNITS // KILLED_OF // 2
    kept = dict(HandIn.objects.values_list("packet", "receipt_number"))
    assert kept == {flow.packet.pk: one for flow, one in zip(flows, shown, strict=True)}
    for flow in flows:
        application = flow.packet.applications.get()
        assert application.state == State.SUBMITTED
        assert StateLog.objects.filter(application=application, target="submitted").count() == 1
    assert AuditEntry.objects.filter(action="packet_handed_in").count() == UNITS
    told = Message.objects.filter(occasion__startswith="receipt:")
    assert set(told.values_list("occasion", flat=True)) == {f"receipt:{one}" for one in shown}
