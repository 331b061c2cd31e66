"""Registers every command."""

from gateway.cli import ask, bench, catalogue, content, dates, evaluate, events, keys, messages, survey, up

COMMANDS = (ask, bench, catalogue, content, dates, evaluate, events, keys, messages, survey, up)
