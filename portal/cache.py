"""A Redis cache whose failure is a slow page, never an error page."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
T = TypeVar("T")

# A Redis that did not answer is left alone for so many seconds, so that a frozen one costs a
# worker one timeout now and then and not one for each question.
PAUSE = 5.0


class KeptClient(RedisCacheClient):
    """Keeps its client of redis-py; making one for each question costs more than the question."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: dict[int, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """Return the client of the server that takes reads or writes."""
        server = self._get_connection_pool_index(write)  # type: ignore[attr-defined]
        if server not in self._kept:
            self._kept[server] = super().get_client(key, write=write)
        return self._kept[server]


class ForgivingRedisCache(RedisCache):
    """Reads as empty and forgets writes while Redis is away."""

    _away_until = 0.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._class = KeptClient

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return the default when Redis does not answer."""
        return self._ask(
            lambda: super(ForgivingRedisCache, self).get(key, default, version), default
        )

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        """Return nothing when Redis does not answer."""
        return self._ask(lambda: super(ForgivingRedisCache, self).get_many(keys, version), {})

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        """Forget the value when Redis does not answer."""
        self._ask(lambda: super(ForgivingRedisCache, self).set(key, value, *args, **kwargs), None)

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        """Say that nothing was added when Redis does not answer."""
        return self._ask(
            lambda: super(ForgivingRedisCache, self).add(key, value, *args, **kwargs), False
        )

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Say that nothing was removed when Redis does not answer."""
        return self._ask(lambda: super(ForgivingRedisCache, self).delete(key, version), False)

    def _ask(self, question: Callable[[], T], otherwise: T) -> T:
        """Put a question to Redis unless it was found away a moment ago."""
        if time.monotonic() < ForgivingRedisCache._away_until:
            return otherwise
        try:
            return question()
        except RedisError:
            ForgivingRedisCache._away_until = time.monotonic() + PAUSE
            logger.warning("cache does not answer: going on without it")
            return otherwise
