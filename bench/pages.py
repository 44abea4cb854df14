"""Prints what pages and hand-ins cost beside bare Django, both in one run on one machine.

    python -m bench.pages [--count 10000] [--rounds 5] [--requests 80] [--flows 160]

Starts a PostgreSQL and a Redis of its own, fills the portal and the floor (bench/floor) with as
many applications each, serves both with the same gunicorn and asks them in turn. A page's cost is
processor time of all that serves it (web workers, PostgreSQL, Redis) per request, which other work
on the machine disturbs least. A hand-in is: form page, scan uploaded, last look, confirmation.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from PIL import Image

from demo.browsing import Browser
from scripts.children import ROOT, Child, end_on_signals, running, say
from scripts.services import free_port, postgres, private_folder, redis_server, run_folder
from scripts.start import portal_settings, prepare

TICK = os.sysconf("SC_CLK_TCK")
AT_ONCE = 8
STAFF = ("queue", "filter", "search")
# The greatest ratio to the floor that is aimed at.
AIMS = {"call": 1.2, "list": 4.0, "step": 4.0, "queue": 1.2, "filter": 1.2, "search": 1.2}


@dataclass(frozen=True, slots=True)
class Site:
    """A running site with what `stock` told of it."""

    name: str
    port: int
    told: dict[str, Any]

    @property
    def base(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def ask(self, page: str) -> None:
        """Ask for a page once; raise RuntimeError unless it is there."""
        cookie = self.told["officer" if page in STAFF else "member"]
        headers = {} if page == "call" else {"Cookie": f"sessionid={cookie}"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", self.told["pages"][page], headers=headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{self.name}: {page} answered {answer.status}")


# Processor time -------------------------------------------------------------------------------
def seconds_used() -> float:
    """Return the processor seconds of all programs this one started, the ended ones included."""
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile; its parent has its time
            continue
        pid = int(folder.name)
        parents[pid] = int(words[1])
        used[pid] = sum(int(word) for word in words[11:15]) / TICK
    own = os.getpid()
    return sum(time_ for pid, time_ in used.items() if pid != own and _below(pid, own, parents))


def _below(pid: int, top: int, parents: dict[int, int]) -> bool:
    while pid in parents:
        pid = parents[pid]
        if pid == top:
            return True
    return False


# What is asked --------------------------------------------------------------------------------
def page_cost(site: Site, page: str, requests: int) -> float:
    """Return a page's cost in milliseconds of processor time, asked by eight at once."""
    before = seconds_used()
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        list(crowd.map(lambda _n: site.ask(page), range(requests)))
    return (seconds_used() - before) / requests * 1000


def compare(floor: Site, portal: Site, page: str, *, rounds: int, requests: int) -> str:
    """Return a line of the table: both medians and the median of the rounds' ratios."""
    for site in (floor, portal):
        page_cost(site, page, AT_ONCE)
    pairs = [
        (page_cost(floor, page, requests), page_cost(portal, page, requests))
        for _round in range(rounds)
    ]
    low, high = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(mine / bare for bare, mine in pairs)
    return f"| {page} | {low:.2f} | {high:.2f} | {ratio:.2f} | {AIMS[page]} |"


def person(site: Site, cookie: str) -> Browser:
    """Return a browser in which somebody is signed in."""
    browser = Browser(site.base)
    browser.keep("sessionid", cookie)
    return browser


def hand_in_to_portal(site: Site, flow: dict[str, Any], scan: bytes) -> float:
    """Hand one packet in; return the seconds it took."""
    browser, begun = person(site, flow["cookie"]), time.monotonic()
    page = browser.get(f"/my/packets/{flow['packet']}/form/")
    page = browser.upload(page, page.form("scan"), "scan", "scan.pdf", scan)
    page = browser.send(page, page.form("key"))
    if "/receipts/" not in page.url:
        raise RuntimeError(f"no receipt: {page.url}")
    return time.monotonic() - begun


def hand_in_to_floor(site: Site, flow: dict[str, Any], scan: bytes) -> float:
    """Do the same on the floor."""
    browser, begun = person(site, flow["cookie"]), time.monotonic()
    address = f"/hand-in/{flow['packet']}/"
    page = browser.get(address)
    browser.upload(page, page.form(), "scan", "scan.pdf", scan)
    page = browser.get(address)
    browser.send(page, page.form("sure"), sure="yes")
    return time.monotonic() - begun


Flow = Callable[[Site, dict[str, Any], bytes], float]


def flows(
    site: Site, do: Flow, waiting: Sequence[dict[str, Any]], at_once: int
) -> tuple[str, float]:
    """Hand in all that wait; return a line of the table and the flows a second."""
    scan, begun, before = blank_page(), time.monotonic(), seconds_used()
    with ThreadPoolExecutor(at_once) as crowd:
        times = sorted(crowd.map(lambda flow: do(site, flow, scan), waiting))
    rate = len(times) / (time.monotonic() - begun)
    cost = (seconds_used() - before) / len(times) * 1000
    late = times[int(len(times) * 0.99) - 1]
    return f"| {site.name} | {at_once} | {rate:.1f} | {cost:.1f} | {late:.2f} |", rate


def blank_page() -> bytes:
    """Return a scan as staff will have to compare by eye: the picture of a page without a code."""
    made = io.BytesIO()
    Image.new("L", (620, 877), 255).save(made, "PDF")
    return made.getvalue()


# What is needed -------------------------------------------------------------------------------
def told_by(*words: str, env: dict[str, str]) -> dict[str, Any]:
    """Run a module that fills and tells."""
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def serve(name: str, module: str, env: dict[str, str], log: Path, stack: ExitStack) -> int:
    """Start a site's gunicorn with two workers; return its port."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", module, "--config", "scripts/deploy/gunicorn.conf.py",
        "--bind", f"127.0.0.1:{port}",
    ]  # fmt: skip
    child = stack.enter_context(running(Child(name, command, log=log, env=env)))
    child.wait_until(lambda: _listens(port), seconds=60)
    return port


def _listens(port: int) -> bool:
    try:
        http.client.HTTPConnection("127.0.0.1", port, timeout=5).connect()
    except OSError:
        return False
    return True


def second_database(url: str) -> str:
    """Make the floor's database on the same server; return its URL."""
    sockets = url.partition("@/")[2].rpartition("/")[0]
    connection = psycopg2.connect(host=sockets, user="portal", dbname="portal")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE floor")
    connection.close()
    return url.rpartition("/")[0] + "/floor"


def both(options: argparse.Namespace, stack: ExitStack) -> tuple[Site, Site]:
    """Fill and serve the floor and the portal."""
    folder = stack.enter_context(run_folder())
    var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-bench-")))
    os.environ["DATABASE_URL"] = stack.enter_context(
        postgres(private_folder(folder / "data"), folder=folder, log=var / "pg.log", durable=True)
    )
    os.environ["REDIS_URL"] = stack.enter_context(redis_server(folder=folder, log=var / "r.log"))
    os.environ["VAR_DIR"] = str(var)
    portal_settings(var, "127.0.0.1", free_port())
    prepare("--no-applications")
    own = dict(os.environ)
    bare = own | {"DATABASE_URL": second_database(own["DATABASE_URL"])}
    amount = ["--count", str(options.count), "--flows", str(options.flows * 2)]
    say(f"filling both with {options.count} applications")
    floor_told = told_by("bench.floor.stock", *amount, env=bare)
    portal_told = told_by("bench.stock", *amount, env=own)
    floor_port = serve("floor", "bench.floor.wsgi", bare, var / "floor.log", stack)
    portal_port = serve("portal", "portal.wsgi", own, var / "portal.log", stack)
    return Site("floor", floor_port, floor_told), Site("portal", portal_port, portal_told)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=80)
    parser.add_argument("--flows", type=int, default=160)
    options = parser.parse_args()
    end_on_signals()
    with ExitStack() as stack:
        floor, portal = both(options, stack)
        say(f"load of the machine {os.getloadavg()[0]:.1f}")
        print("| page | floor, ms | portal, ms | ratio | aim |\n|---|---|---|---|---|")
        for page in AIMS:
            line = compare(floor, portal, page, rounds=options.rounds, requests=options.requests)
            print(line, flush=True)
        print("\n| hand-ins | at once | flows/s | ms each | 99 % in, s |\n|---|---|---|---|---|")
        for at_once, part in ((AT_ONCE, 0), (32, 1)):
            some = slice(part * options.flows, (part + 1) * options.flows)
            low, bare = flows(floor, hand_in_to_floor, floor.told["flows"][some], at_once)
            high, mine = flows(portal, hand_in_to_portal, portal.told["flows"][some], at_once)
            print(f"{low}\n{high}\nratio of the rates {mine / bare:.2f}, aim 0.33", flush=True)


if __name__ == "__main__":
    main()
