"""What is remembered between turns: kept by ``conversations``, handed in and out as plain JSON."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

DEFAULT_ADDRESS = "anh/chị"
# So many subjects back can be returned to.
_TRAIL = 4


class Topic(BaseModel):
    """What the conversation is about, and how it came there.

    ``code``: the procedure talked about; ``also``: a second one of the same sentence. ``entry``: a matter
    without a record instead. ``subject``: which of them, or which task, is at hand; ``trail``: subjects
    before it, the latest first. ``asked``: the words that led here.

    ``offered``: codes of a clarifying question that waits for its answer; ``likely``: the first of them may
    be taken as meant. ``listed``: the codes last shown in an order, for "cái thứ hai". ``lost``: words of a
    question that got no answer and is still the latest subject. ``misses``: how often in a row nothing was
    understood. ``consoled``: a word of comfort was said.
    """

    model_config = ConfigDict(extra="ignore")

    code: str | None = None
    also: list[str] = []
    entry: str | None = None
    earlier_code: str | None = None
    subject: str | None = None
    trail: list[str] = []
    facets: list[str] = []
    offered: list[str] = []
    listed: list[str] = []
    likely: bool = False
    asked: str | None = None
    lost: str | None = None
    misses: int = 0
    consoled: bool = False
    address: str | None = None
    ward: str | None = None

    @property
    def who(self) -> str:
        """How the citizen is addressed."""
        return self.address or DEFAULT_ADDRESS

    def turned_to(self, subject: str, **changes: Any) -> Topic:
        """The topic after the conversation went over to ``subject``; the former one can be returned to."""
        trail = [one for one in ([self.subject] if self.subject else []) + self.trail if one != subject]
        return self.model_copy(update={"subject": subject, "trail": trail[:_TRAIL], **changes})

    def finished(self) -> Topic:
        """The topic after a task is done: what was talked about before it is at hand again."""
        return self.model_copy(update={"subject": next(iter(self.trail), None), "trail": self.trail[1:]})

    def patch(self) -> dict[str, Any]:
        return self.model_dump()
