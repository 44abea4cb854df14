"""Fills the floor with as many applications as the portal has.

python -m bench.floor.stock --count 10000
"""

import argparse
import datetime as dt
import json
import os
from random import Random
from urllib.parse import quote

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.floor.settings"
if __name__ == "__main__":
    django.setup()

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from bench.floor.models import Application

STATES = ("submitted", "accepted", "accepted", "returned", "draft")
SUBJECTS = ("量子光学与精密测量", "黑土地保护与智慧农业", "先进碳纤维材料", "医学影像智能分析")
TEXT = "围绕本领域的前沿问题，邀请省内外专家作主题报告，并安排青年学者交流最新进展。" * 8
PER_UNIT = 5


def fill(count: int, flows: int) -> None:
    """Write people with five applications each, and those who are about to hand in."""
    random, now = Random(1), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    numbers = range(count // PER_UNIT + flows)
    users = User.objects.bulk_create(User(username=f"u{number}") for number in numbers)
    for first in range(0, len(users), 1000):
        Application.objects.bulk_create(
            Application(
                title=f"{random.choice(SUBJECTS)}第{random.randrange(10_000)}次学术会议",
                unit=f"示例学会{user.pk:06d}号", category=f"类别{place}", state=state,
                amount=30_000, purpose=TEXT, plan=TEXT, by=user,
                handed_in_at=None
                if state == "draft"
                else now - dt.timedelta(seconds=random.randrange(800_000)),
            )
            for user in users[first : first + 1000]
            for place, state in enumerate(STATES)
        )  # fmt: skip


def cookie_of(user: User) -> str:
    """Return the session cookie of somebody signed in."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def main() -> None:
    """Fill and print where things are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--flows", type=int, default=200)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)  # the floor's own tables, after people's
    fill(options.count, options.flows)
    officer = User.objects.create_superuser("officer")
    drafts = list(
        Application.objects.filter(state="draft").select_related("by")[: options.flows + 1]
    )
    queue = "/admin/floor/application/"
    print(
        json.dumps(
            {
                "member": cookie_of(drafts[0].by),
                "officer": cookie_of(officer),
                "pages": {
                    "call": "/call/",
                    "list": "/mine/",
                    "step": f"/step/{drafts[0].pk}/",
                    "queue": queue,
                    "filter": f"{queue}?state=submitted",
                    "search": f"{queue}?q={quote(SUBJECTS[3])}",
                },
                "flows": [{"packet": one.pk, "cookie": cookie_of(one.by)} for one in drafts[1:]],
            }
        )
    )


if __name__ == "__main__":
    main()
