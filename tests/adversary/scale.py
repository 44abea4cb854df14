"""How much the adversary tries: 1 in every run, more by hand, as in ``SCALE=40 ./test tests/...``."""

from __future__ import annotations

import os

SCALE = int(os.environ.get("SCALE", "1"))
