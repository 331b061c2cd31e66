"""Checking the ledger: its own lines, and the rows they speak of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from core.database import Database
from notifications import ledger_repository, trail_repository
from notifications.chain import Break, EntryKind, Fault, by_chain, check_lines, words_digest
from notifications.models import LedgerEntry

_AT_ONCE = 200


@dataclass(frozen=True)
class Checked:
    chains: int
    entries: int
    breaks: tuple[Break, ...]

    @property
    def intact(self) -> bool:
        return not self.breaks


async def check_chain(session: AsyncSession, chain: str) -> Checked:
    """One dossier's chain with its messages, attempts and receipts."""
    return await _check(session, [chain])


async def check_all(
    database: Database, *, told: Callable[[int], None] | None = None, most_breaks: int = 1000
) -> Checked:
    """Every chain, page by page; ``told`` hears how many are done. Stops after ``most_breaks``."""
    chains = entries = 0
    breaks: list[Break] = []
    after = ""
    while len(breaks) < most_breaks:
        async with database.reading() as session:
            page = await ledger_repository.chains_after(session, after, limit=_AT_ONCE)
            if not page:
                break
            checked = await _check(session, page)
        chains, entries, after = chains + len(page), entries + checked.entries, page[-1]
        breaks += checked.breaks
        if told:
            told(chains)
    return Checked(chains, entries, tuple(breaks))


async def _check(session: AsyncSession, chains: Sequence[str]) -> Checked:
    entries = await ledger_repository.entries_of(session, chains)
    heads = await ledger_repository.heads_of(session, chains)
    grouped = by_chain(entries)
    breaks: list[Break] = []
    for chain in chains:
        lines = grouped.get(chain, [])
        if lines or chain in heads:
            breaks += check_lines(chain, lines, heads.get(chain))
    breaks += await _check_rows(session, entries)
    return Checked(len(chains), len(entries), tuple(breaks))


async def _check_rows(session: AsyncSession, entries: Sequence[LedgerEntry]) -> list[Break]:
    """The rows that the lines speak of are still there and say the same."""
    ids = sorted({entry.message_id for entry in entries})
    messages = await trail_repository.messages_by_ids(session, ids)
    attempts = {
        (row.message_id, row.number): row for row in await trail_repository.attempts_of_all(session, ids)
    }
    receipts = await trail_repository.count_receipts(session, ids)
    told: dict[str, int] = {}
    found: list[Break] = []

    def fault(entry: LedgerEntry, what: Fault, detail: str) -> None:
        found.append(Break(entry.chain, what, entry.number, detail))

    for entry in entries:
        message = messages.get(entry.message_id)
        if message is None:
            fault(entry, Fault.ROW_MISSING, "tin")
        elif entry.kind in (EntryKind.PLANNED, EntryKind.SUPPRESSED):
            words = entry.facts.get("words")
            if entry.facts.get("event_type", message.event_type) != message.event_type:
                fault(entry, Fault.ROW_CHANGED, "loại tin")
            # Words that were deleted when their time was over are no forgery.
            if words and message.wordings and words != words_digest(message.wordings):
                fault(entry, Fault.ROW_CHANGED, "lời của tin")
        elif entry.kind == EntryKind.ATTEMPT:
            attempt = attempts.get((entry.message_id, entry.facts["number"]))
            if attempt is None:
                fault(entry, Fault.ROW_MISSING, f"lần gửi {entry.facts['number']}")
            elif any(
                entry.facts.get(name, getattr(attempt, name)) != getattr(attempt, name)
                for name in ("channel", "provider", "reference")
            ):
                fault(entry, Fault.ROW_CHANGED, f"lần gửi {entry.facts['number']}")
        elif entry.kind == EntryKind.RECEIPT:
            told[entry.message_id] = told.get(entry.message_id, 0) + 1
            if told[entry.message_id] > receipts.get(entry.message_id, 0):
                fault(entry, Fault.ROW_MISSING, "biên nhận của nhà mạng")
    return found
