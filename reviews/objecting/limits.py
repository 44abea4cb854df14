"""How often one address may object or ask for a receipt, so that a list cannot be flooded."""

from __future__ import annotations

import time

from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from portal.audit.origin import client_address

HOUR, MINUTE = 3600, 60  # seconds
FILINGS_PER_HOUR = 10
ASKS_PER_MINUTE = 60


def files_too_often(request: HttpRequest) -> bool:
    """Count an objection and tell whether its address has sent too many within the hour."""
    return _counted(request, "objection", HOUR) > FILINGS_PER_HOUR


def asks_too_often(request: HttpRequest) -> bool:
    """Count an ask for a receipt and tell whether its address guesses codes."""
    return _counted(request, "objection-code", MINUTE) > ASKS_PER_MINUTE


def _counted(request: HttpRequest, what: str, window: int) -> int:
    """Return which request of its address within the window this is; 0 while the cache is away."""
    key = f"{what}:{client_address(request) or 'local'}:{int(time.time()) // window}"
    cache.add(key, 0, timeout=2 * window)
    try:
        return int(cache.incr(key))
    except (RedisError, ValueError):
        return 0
