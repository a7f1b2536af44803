"""Spans for OpenTelemetry where an endpoint is set; otherwise nothing, and nothing is imported."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from starlette.datastructures import Headers

from corpus.errors import InvalidInput

__all__ = ["Ended", "NoTracing", "Tracing", "open_tracing"]

Ended = Callable[[str, str, int], None]
"""Told at the end of a request: method, route and status."""


class Tracing(Protocol):
    """Notes requests and their steps."""

    def request(self, headers: Headers) -> AbstractContextManager[Ended]:
        """Around a request; gives who is to be told its end."""

    def step(self, name: str, seconds: float) -> None:
        """A step of the request at hand has just ended, after so long."""

    def close(self) -> None:
        """Send what is left."""


class NoTracing:
    """Notes nothing."""

    @contextmanager
    def request(self, headers: Headers) -> Iterator[Ended]:
        """Around a request."""
        yield lambda *_: None

    def step(self, name: str, seconds: float) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


def open_tracing(endpoint: str) -> Tracing:
    """Tracing to a collector's address, or none; raises InvalidInput where OpenTelemetry is not installed."""
    if not endpoint:
        return NoTracing()
    # Optional, and a service without it must not pay for its import.
    try:
        from assistant.service.otel import OtelTracing
    except ImportError as error:
        raise InvalidInput(
            "设了 otel_endpoint，但没有装 OpenTelemetry。请运行 pip install 'zhengce[otel]'"
        ) from error
    return OtelTracing(endpoint)
