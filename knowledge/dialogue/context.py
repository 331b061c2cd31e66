"""What is remembered between turns: kept by ``conversations``, handed in and out as plain JSON."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

DEFAULT_ADDRESS = "anh/chị"


class Topic(BaseModel):
    """``code``: the procedure talked about. ``offered``: codes of the last question asked back.

    ``asked``: the words that led to that question, so that a choice answers what was asked. ``misses``:
    how often in a row nothing was understood.
    """

    model_config = ConfigDict(extra="ignore")

    code: str | None = None
    earlier_code: str | None = None
    facets: list[str] = []
    offered: list[str] = []
    asked: str | None = None
    misses: int = 0
    address: str | None = None
    ward: str | None = None

    @property
    def who(self) -> str:
        """How the citizen is addressed."""
        return self.address or DEFAULT_ADDRESS

    def patch(self) -> dict[str, Any]:
        return self.model_dump()
