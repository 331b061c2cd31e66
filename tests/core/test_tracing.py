"""What belongs together carries one id, in the log and in a trace, in whichever process it happens."""

from __future__ import annotations

import pytest
import structlog
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from core import tracing
from core.database import new_id


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    monkeypatch.setattr(tracing, "_tracer", None)
    assert tracing.configure("test", exporter=exporter)
    return exporter


def test_two_processes_write_into_one_trace_without_speaking_to_each_other(
    spans: InMemorySpanExporter,
) -> None:
    correlation = new_id()
    for name in ("turn", "send"):
        with tracing.thread(name, correlation, channel="zalo"):
            pass
    first, second = spans.get_finished_spans()
    assert (first.name, second.name) == ("turn", "send")
    assert first.context.trace_id == second.context.trace_id
    with tracing.thread("turn", new_id()):
        pass
    assert spans.get_finished_spans()[2].context.trace_id != first.context.trace_id


def test_every_line_inside_carries_the_id_and_none_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "_tracer", None)
    with tracing.thread("turn", "given-by-another-system"):
        assert structlog.contextvars.get_contextvars()["correlation_id"] == "given-by-another-system"
    assert "correlation_id" not in structlog.contextvars.get_contextvars()


def test_without_an_address_nothing_is_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    assert not tracing.configure("test")
