"""Registers every command: a module of this folder, one a line."""

from importlib import import_module

_MODULES = """
ask
audit
backup
bench
bench_notices
bench_pages
calibrate
campaign
catalogue
consents
content
dates
deadlines
doctor
evaluate
events
keys
ledger
licences
mail
messages
person
providers
replay
ring
sandbox
shadow
staff
survey
tasks
unanswered
up
"""

COMMANDS = tuple(import_module(f"gateway.cli.{name}") for name in _MODULES.split())
