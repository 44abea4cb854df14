"""How often one address may ask the verification page."""

from __future__ import annotations

import time

from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from portal.audit.origin import client_address

ASKS_PER_MINUTE = 30
# Looking for codes on a file's pages takes seconds of a processor, an ask next to nothing.
ASKS_OF_A_FILE = 6
WINDOW = 60  # seconds


def is_too_often(request: HttpRequest, weight: int = 1) -> bool:
    """Count this request, as ``weight`` asks, and tell whether its address has used up the minute.

    Codes have 59 bits, so this keeps load and curiosity down; while the cache is away everybody
    is let in.
    """
    window = int(time.time()) // WINDOW
    key = f"verify:{client_address(request) or 'local'}:{window}"
    cache.add(key, 0, timeout=2 * WINDOW)
    try:
        return cache.incr(key, weight) > ASKS_PER_MINUTE
    except (RedisError, ValueError):
        return False
