"""Registers every command."""

from gateway.cli import (
    ask,
    bench,
    catalogue,
    content,
    dates,
    deadlines,
    evaluate,
    events,
    keys,
    messages,
    survey,
    up,
)

COMMANDS = (ask, bench, catalogue, content, dates, deadlines, evaluate, events, keys, messages, survey, up)
