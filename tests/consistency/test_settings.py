"""Every setting is explained, and nothing is explained that is no setting."""

from __future__ import annotations

import re

from scripts.children import ROOT

SETTINGS = (ROOT / "portal/settings.py").read_text()
OPERATIONS = (ROOT / "docs/operations.md").read_text()
READ = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', SETTINGS))
# read by the launchers, the image or compose, not by Django
BESIDE = {
    "WEB_WORKERS", "PORTAL_VERSION", "HTTP_PORT", "HTTPS_PORT", "TLS_DIR", "BACKUP_DIR",
    "POSTGRES_PASSWORD", "POSTGRES_SHARED_BUFFERS", "REDIS_PASSWORD", "CHROMIUM",
}  # fmt: skip


def explained() -> set[str]:
    return set(re.findall(r"^\| `([A-Z_]+)` \|", OPERATIONS, re.MULTILINE))


def test_every_setting_stands_in_the_table_of_operations() -> None:
    assert READ
    assert explained() == READ | BESIDE


def test_the_example_sets_only_what_is_explained() -> None:
    example = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert set(example) <= explained()
