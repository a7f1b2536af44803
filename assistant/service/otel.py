"""Spans to an OpenTelemetry collector, by OTLP over HTTP."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.datastructures import Headers

from assistant.service.tracing import Ended

__all__ = ["OtelTracing"]

_NAME = "zhengce"


class OtelTracing:
    """A span for each request, below the client's where it says so, and one for each step of an answer."""

    def __init__(self, endpoint: str) -> None:
        resource = Resource.create({"service.name": _NAME, "service.version": version("zhengce")})
        self._provider = TracerProvider(resource=resource)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint)))
        self._tracer = self._provider.get_tracer(_NAME)
        self._propagator = TraceContextTextMapPropagator()

    @contextmanager
    def request(self, headers: Headers) -> Iterator[Ended]:
        """Around a request."""
        parent = self._propagator.extract(dict(headers))
        with self._tracer.start_as_current_span("request", parent, SpanKind.SERVER) as span:

            def ended(method: str, route: str, status: int) -> None:
                span.update_name(f"{method} {route}")
                span.set_attribute("http.request.method", method)
                span.set_attribute("http.route", route)
                span.set_attribute("http.response.status_code", status)
                if status >= 500:
                    span.set_status(StatusCode.ERROR)

            yield ended

    def step(self, name: str, seconds: float) -> None:
        """A span that has just ended."""
        now = time.time_ns()
        self._tracer.start_span(name, start_time=now - int(seconds * 1e9)).end(now)

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()
