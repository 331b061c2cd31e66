"""Words that the command line and the benches share; nothing heavy is imported for them."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


class Carrier(StrEnum):
    """What a carrier can do: be asked, refuse a second copy, or neither."""

    ASKED = "asked"
    REFUSES = "refuses"
    MUTE = "mute"


PLANNER, WORKER = "planner", "worker"
"""Processes of the bench, named like those of the product."""


class Part(StrEnum):
    """What is measured of the way from an event to a carrier."""

    THROUGHPUT = "throughput"
    LATENCY = "latency"
    PRIORITY = "priority"
    BROWN_OUT = "brown-out"


class ServerMissing(Exception):
    """A server program is not installed; the text says what to install."""


QUICK = {"lease": 6, "call_timeout": 4, "ask_after": 1, "receipt_wait": 5}
"""Spans of the sender's policy in seconds, for a trial that must not take minutes."""
