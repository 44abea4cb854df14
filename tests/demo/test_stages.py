"""The demo can be built at a late stage of the calls' lives, when most has to fit together."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from applications.models import Payment, Project


@pytest.mark.django_db
def test_a_demo_of_running_projects_is_built_whole() -> None:
    call_command("seed_demo", stage="running", stdout=io.StringIO())
    assert Project.objects.exists()
    assert Payment.objects.exists()
