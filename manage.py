#!/usr/bin/env python
"""Command line of the portal: every Django command runs through here."""

import os
import sys
from pathlib import Path

import environ


def main() -> None:
    """Run the command named on the command line, beside ``./start`` on the data it runs on."""
    if "DATABASE_URL" not in os.environ:
        environ.Env.read_env(Path(__file__).resolve().parent / "var/run.env")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
