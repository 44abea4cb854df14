"""Prints how long a deadline's reminders take to leave, beside bare smtplib on one connection.

    python -m bench.mails [--count 10000]

Starts a durable PostgreSQL and an SMTP server that takes everything. The floor sends the same texts
to the same number of recipients over one connection without writing anything down; the portal
claims, sends and confirms each message in the database, one recipient each.
"""

from __future__ import annotations

import argparse
import os
import secrets
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from email.message import EmailMessage
from pathlib import Path

import django

from bench.pages import seconds_used
from scripts.children import Child, end_on_signals, running, say
from scripts.services import free_port, postgres, private_folder, redis_server, run_folder

TEXT = "贵单位的申报尚未提交，截止时间为2026年11月24日24:00，请及时提交。\n" * 6
SUBJECT = "申报即将截止"
SINK = """
import asyncio, sys
from aiosmtpd.controller import Controller
class Taker:
    async def handle_DATA(self, server, session, envelope):
        return "250 OK"
Controller(Taker(), hostname="127.0.0.1", port=int(sys.argv[1])).start()
asyncio.new_event_loop().run_forever()
"""


def bare(port: int, count: int) -> float:
    """Send without a ledger; return the seconds."""
    begun = time.monotonic()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number in range(count):
            mail = EmailMessage()
            mail["Subject"], mail["From"] = SUBJECT, "portal@demo.example"
            mail["To"] = f"floor-{number}@demo.example"
            mail.set_content(TEXT)
            server.send_message(mail)
    return time.monotonic() - begun


def portal(count: int) -> float:
    """Queue the messages, then send them as a worker does; return the seconds of sending."""
    from portal import clock
    from portal.mail.delivery import deliver
    from portal.mail.models import Message

    now = clock.now()
    Message.objects.bulk_create(
        Message(
            to_email=f"bench-{number}@demo.example", subject=SUBJECT, body=TEXT,
            occasion="bench", not_before=now,
        )
        for number in range(count)
    )  # fmt: skip
    begun, sent = time.monotonic(), 0
    while more := deliver():
        sent += more
    if sent != count:
        raise RuntimeError(f"only {sent} of {count} left")
    return time.monotonic() - begun


@contextmanager
def surroundings() -> Iterator[int]:
    """Give the SMTP server's port, with a migrated database in the environment."""
    with ExitStack() as stack:
        folder = stack.enter_context(run_folder())
        var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-bench-")))
        port = free_port()
        sink = Child("SMTP", [sys.executable, "-c", SINK, str(port)], log=var / "smtp.log")
        stack.enter_context(running(sink))
        data = private_folder(folder / "data")
        os.environ |= {
            "DATABASE_URL": stack.enter_context(
                postgres(data, folder=folder, log=var / "pg.log", durable=True)
            ),
            "REDIS_URL": stack.enter_context(redis_server(folder=folder, log=var / "redis.log")),
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DEBUG": "1",
            "DEMO": "0",
            "VAR_DIR": str(var),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], check=True)
        django.setup()
        from django.conf import settings

        settings.DEBUG = False  # or every statement would be remembered
        yield port


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    count = parser.parse_args().count
    end_on_signals()
    with surroundings() as port:
        say(f"load of the machine {os.getloadavg()[0]:.1f}")
        floor = bare(port, count)
        before = seconds_used() + time.process_time()
        own = portal(count)
        cost = seconds_used() + time.process_time() - before
        print(f"{count} mails: bare {floor:.1f} s, portal {own:.1f} s, ratio {own / floor:.2f};")
        print(f"processor time of the portal, its database and the SMTP server {cost:.1f} s")


if __name__ == "__main__":
    main()
