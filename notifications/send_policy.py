"""How patient the sender is, and how much it does at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from notifications.quiet import Quiet, QuietHours


@dataclass(frozen=True)
class SendPolicy:
    """``lease`` must outlast ``call_timeout``.

    ``ask_after``: how long a provider gets to finish what it may still be doing; ``receipt_wait``: how long
    an uncertain message waits before the next rung; ``receipt_within``: by provider, in which time a receipt
    has to come before the next rung begins, for providers whose receipts reach us.

    ``at_once`` calls may be under way, ``per_provider`` of them with one, ``unsettled`` with one that can
    neither be asked nor refuses a second copy; ``urgent`` more are kept free for whom somebody waits.
    ``head_start``: how long the first of several senders is left alone with a short queue.
    """

    lease: timedelta = timedelta(seconds=60)
    call_timeout: timedelta = timedelta(seconds=25)
    batch: int = 100
    at_once: int = 64
    per_provider: int = 48
    unsettled: int = 4
    urgent: int = 8
    head_start: timedelta = timedelta(seconds=2)
    tries_per_rung: int = 4
    first_pause: timedelta = timedelta(seconds=15)
    ask_after: timedelta = timedelta(seconds=30)
    receipt_wait: timedelta = timedelta(minutes=15)
    receipt_within: Mapping[str, timedelta] = field(default_factory=dict)
    quiet: Quiet = field(default_factory=QuietHours)
