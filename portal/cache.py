"""A Redis cache whose failure is a slow page, never an error page."""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Reads as empty and forgets writes while Redis is away."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return the default when Redis does not answer."""
        try:
            return super().get(key, default, version)
        except RedisError:
            logger.warning("cache does not answer: reading goes on without it")
            return default

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        """Forget the value when Redis does not answer."""
        try:
            super().set(key, value, *args, **kwargs)
        except RedisError:
            logger.warning("cache does not answer: value not kept")
