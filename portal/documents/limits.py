"""How often one address may ask the verification page."""

from __future__ import annotations

import time

from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from portal.audit.origin import client_address

ASKS_PER_MINUTE = 30
WINDOW = 60  # seconds


def is_too_often(request: HttpRequest) -> bool:
    """Count this request and tell whether its address has used up the current minute.

    Codes have 59 bits, so this keeps load and curiosity down; while the cache is away everybody
    is let in.
    """
    window = int(time.time()) // WINDOW
    key = f"verify:{client_address(request) or 'local'}:{window}"
    cache.add(key, 0, timeout=2 * WINDOW)
    try:
        return cache.incr(key) > ASKS_PER_MINUTE
    except (RedisError, ValueError):
        return False
