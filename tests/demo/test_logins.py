"""Every login the demo prints opens the pages of its role."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.test import Client

from demo.units import PASSWORD
from portal.people.models import User

# Where a role's work is; whoever belongs to no unit is sent on from my work.
PLACES = {"系统管理员": "/admin/", "科协": "/admin/", "评审专家": "/desk/"}


@pytest.mark.django_db
def test_every_login_printed_signs_in_and_opens_its_work() -> None:
    call_command("seed_demo", stage="open", no_applications=True, stdout=io.StringIO())
    printed = io.StringIO()
    call_command("demo_logins", stdout=printed)
    *lines, password = printed.getvalue().splitlines()
    assert password.split()[-1] == PASSWORD
    assert len(lines) >= 40
    for line in lines:
        address, role, _unit = line.split(maxsplit=2)
        user = User.objects.get(email=address)
        assert user.check_password(PASSWORD), address
        client = Client()
        client.force_login(user)
        place = next((url for word, url in PLACES.items() if role.startswith(word)), "/my/")
        assert client.get(place).status_code == 200, line
