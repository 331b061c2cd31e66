"""Every command, and the modules of this folder that hold it.

Only those of the command that was called are loaded: all of them together bring in what the whole product is
made of, which takes seconds on a small machine.
"""

from __future__ import annotations

from importlib import import_module

COMMANDS: dict[str, tuple[str, ...]] = {
    "ask": ("ask",),
    "audit": ("audit",),
    "backup": ("backup",),
    "bench": ("bench", "bench_notices", "bench_pages"),
    "calibrate": ("calibrate",),
    "campaign": ("campaign",),
    "catalogue": ("catalogue",),
    "consent": ("consents",),
    "content": ("content",),
    "deadline": ("deadlines",),
    "doctor": ("doctor",),
    "due": ("dates",),
    "due-list": ("deadlines",),
    "eval": ("evaluate",),
    "events": ("events",),
    "extension": ("deadlines",),
    "guests": ("consents",),
    "keys": ("keys",),
    "ledger": ("ledger",),
    "licences": ("licences",),
    "mail": ("mail",),
    "person": ("person",),
    "providers": ("providers",),
    "replay": ("replay",),
    "restore": ("backup",),
    "retention": ("person",),
    "ring": ("ring",),
    "sandbox": ("sandbox",),
    "search": ("ask",),
    "shadow": ("shadow",),
    "sms": ("messages",),
    "staff": ("staff",),
    "survey": ("survey",),
    "talk": ("ask",),
    "tasks": ("tasks",),
    "unanswered": ("unanswered",),
    "up": ("up",),
    "zalo": ("providers",),
}


def load(name: str | None = None) -> None:
    """Register a command; without a name, or with one that nobody knows, all of them."""
    wanted = COMMANDS.get(name or "") or sorted({module for group in COMMANDS.values() for module in group})
    for module in wanted:
        import_module(f"gateway.cli.{module}")
