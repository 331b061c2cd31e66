"""Registers every command."""

from gateway.cli import ask, catalogue, content, dates, evaluate, events, keys, messages, survey, up

COMMANDS = (ask, catalogue, content, dates, evaluate, events, keys, messages, survey, up)
