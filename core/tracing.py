"""One thread through everything that belongs together: in every log line, and as a trace where one is wanted.

A correlation id is a ULID, 128 bits, which is just what OpenTelemetry calls a trace: so gateway and worker,
hours apart, write into the same trace without handing anything over. Traces leave only when
``OTEL_EXPORTER_OTLP_ENDPOINT`` is set and the extra ``traces`` is installed. No span holds
words or numbers of people.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import structlog
from ulid import ULID

_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_tracer: Any = None


def configure(process: str, *, exporter: Any = None) -> bool:
    """Begin to trace if this deployment wants it; whether it does. ``exporter``: another way out."""
    global _tracer
    wanted = exporter is not None or bool(os.environ.get(_ENDPOINT))
    if not wanted or find_spec("opentelemetry.sdk") is None:
        return False
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": f"motcua-{process}"}))
    if exporter is None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    else:
        provider.add_span_processor(SimpleSpanProcessor(exporter))
    _tracer = provider.get_tracer("motcua")
    return True


@contextmanager
def thread(name: str, correlation_id: str, **facts: str) -> Iterator[None]:
    """What is logged inside carries the correlation id; where traces are on, it is a span of that trace.

    ``facts`` are kinds such as a channel or a provider.
    """
    with structlog.contextvars.bound_contextvars(correlation_id=correlation_id):
        number = _number(correlation_id) if _tracer is not None else None
        if number is None:
            yield
            return
        with _tracer.start_as_current_span(name, context=_within(number), attributes=facts):
            yield


def mark(name: str, correlation_id: str, **facts: str) -> None:
    """A moment in the trace of a correlation id, where traces are on: for what is done to many at once."""
    if _tracer is not None:
        with thread(name, correlation_id, **facts):
            pass


def _number(correlation_id: str) -> int | None:
    try:
        return int(ULID.from_str(correlation_id))
    except ValueError:  # a correlation id that another system gave
        return None


def _within(number: int) -> Any:
    """The context of a trace that nobody opened: its beginning is the id itself."""
    from opentelemetry import trace

    beginning = trace.SpanContext(
        trace_id=number,
        span_id=(number & 0xFFFFFFFFFFFFFFFF) or 1,
        is_remote=True,
        trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED),
    )
    return trace.set_span_in_context(trace.NonRecordingSpan(beginning))
