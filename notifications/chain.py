"""The chain of hashes behind the ledger: a line that was changed, added between or taken out shows.

A chain per dossier, because one chain for all would make every worker wait for every other. Each chain has
a head row with its length and last hash, sealed with the deployment's secret: lines cut off at the end show
too, and whoever can write to the database but does not hold the secret cannot make it fit again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import keyed_hash
from core.events import canonical_json
from notifications import ledger_repository
from notifications.models import LedgerEntry, LedgerHead
from notifications.schemas import EntryKind as EntryKind  # its writers know it from here

FIRST = "0" * 64


class Fault(StrEnum):
    """What a check found in a chain; ``FAULT_WORDS`` says it to people, ``REMEDIES`` what to do."""

    LINE_CHANGED = "line_changed"
    LINE_MISSING = "line_missing"
    END_MISSING = "end_missing"
    HEAD_MISSING = "head_missing"
    HEAD_CHANGED = "head_changed"
    ROW_MISSING = "row_missing"
    ROW_CHANGED = "row_changed"


FAULT_WORDS: dict[Fault, str] = {
    Fault.LINE_CHANGED: "dòng này đã bị sửa",
    Fault.LINE_MISSING: "thiếu dòng ở đây",
    Fault.END_MISSING: "các dòng cuối sổ đã bị cắt mất",
    Fault.HEAD_MISSING: "mất dấu niêm cuối sổ",
    Fault.HEAD_CHANGED: "dấu niêm cuối sổ không khớp",
    Fault.ROW_MISSING: "sổ ghi việc này nhưng bản ghi đã mất",
    Fault.ROW_CHANGED: "bản ghi khác với lúc vào sổ",
}

REMEDIES: dict[Fault, str] = {
    Fault.LINE_CHANGED: "so dòng ấy với bản sao lưu gần nhất để biết lời đúng; sổ không tự sửa lại",
    Fault.LINE_MISSING: "tìm dòng ấy trong bản sao lưu gần nhất, hỏi nhà cung cấp đã gửi tin nào",
    Fault.END_MISSING: "tìm các dòng cuối trong bản sao lưu gần nhất, hỏi nhà cung cấp đã gửi tin nào",
    Fault.HEAD_MISSING: "dấu không tự mất, xem ai vào được cơ sở dữ liệu; dòng cuối có thể cũng đã bị cắt, "
    "so với bản sao lưu gần nhất; sổ vẫn ghi tiếp được",
    Fault.HEAD_CHANGED: "mọi hồ sơ đều báo vậy thì tệp khóa không phải của hệ thống này, đặt lại đúng tệp; "
    "chỉ vài hồ sơ thì so với bản sao lưu gần nhất",
    Fault.ROW_MISSING: "xem tin ấy bằng motcua ledger show, tìm bản ghi trong bản sao lưu gần nhất",
    Fault.ROW_CHANGED: "sổ giữ lời lúc gửi: so bản ghi với bản sao lưu gần nhất",
}


@dataclass(frozen=True)
class Break:
    """One thing wrong with a chain; ``number`` is the line it was seen at, None for the head."""

    chain: str
    fault: Fault
    number: int | None = None
    detail: str | None = None

    def __str__(self) -> str:
        where = f"{self.chain}, dòng {self.number}" if self.number else self.chain
        return f"{where}: {self.called}" + (f" ({self.detail})" if self.detail else "")

    @property
    def called(self) -> str:
        return FAULT_WORDS[self.fault]

    @property
    def remedy(self) -> str:
        return REMEDIES[self.fault]


class Chained(Protocol):
    """What the chain asks of a message."""

    @property
    def id(self) -> str: ...
    @property
    def dossier_code(self) -> str | None: ...


@dataclass(frozen=True)
class Line:
    """A line to be written. ``facts`` are plain JSON values without personal data."""

    message: Chained
    kind: EntryKind
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)


def chain_of(message: Chained) -> str:
    """The dossier's chain; a message without a dossier has one of its own."""
    return message.dossier_code or f"message:{message.id}"


def words_digest(wordings: dict[str, Any]) -> str:
    """By it the ledger knows the words of a message without holding them."""
    return keyed_hash(canonical_json(wordings), "ledger-words")


async def append_all(session: AsyncSession, lines: Sequence[Line]) -> None:
    """Add lines in the caller's transaction, in order: three statements, however many lines there are."""
    if not lines:
        return
    chains = sorted({chain_of(line.message) for line in lines})
    await ledger_repository.lock_chains(session, chains)
    ends = await ledger_repository.ends_of(session, chains)
    without = [chain for chain in chains if chain not in ends]
    last = await ledger_repository.last_entries(session, without) if without else {}
    entries: list[dict[str, Any]] = []
    moved: dict[str, datetime] = {}
    for line in lines:
        chain = chain_of(line.message)
        end = ends.get(chain)
        if end is None:
            end = last.get(chain, (0, FIRST))
            if end[0]:
                end = _write(entries, chain, end, line, EntryKind.HEAD_LOST, {})
        facts = {name: value for name, value in line.facts.items() if value is not None}
        ends[chain] = _write(entries, chain, end, line, line.kind, facts)
        moved[chain] = line.at
    heads = {
        chain: {
            "count": count,
            "hash": digest,
            "seal": seal_of(chain, count, digest),
            "updated_at": moved[chain],
        }
        for chain, (count, digest) in ends.items()
    }
    await ledger_repository.add_entries(session, entries, heads, new=set(without))


def _write(
    entries: list[dict[str, Any]],
    chain: str,
    end: tuple[int, str],
    line: Line,
    kind: EntryKind,
    facts: dict[str, Any],
) -> tuple[int, str]:
    """Add a row after ``end``; where the chain ends then."""
    row: dict[str, Any] = {
        "chain": chain,
        "number": end[0] + 1,
        "message_id": line.message.id,
        "kind": kind.value,
        "at": line.at,
        "facts": facts,
        "prev_hash": end[1],
    }
    row["hash"] = _hash(row)
    entries.append(row)
    return end[0] + 1, row["hash"]


_HASHED = ("chain", "number", "message_id", "kind", "facts", "prev_hash")


def _hash(row: Mapping[str, Any]) -> str:
    line = {**{name: row[name] for name in _HASHED}, "at": f"{row['at'].timestamp():.6f}"}
    return hashlib.sha256(canonical_json(line).encode()).hexdigest()


def _hash_of(entry: LedgerEntry) -> str:
    return _hash({name: getattr(entry, name) for name in (*_HASHED, "at")})


def seal_of(chain: str, count: int, last_hash: str) -> str:
    return keyed_hash(f"{chain}\0{count}\0{last_hash}", "ledger-head")


def check_lines(chain: str, entries: Sequence[LedgerEntry], head: LedgerHead | None) -> list[Break]:
    """Everything wrong with the lines of one chain, in order, and with its head."""
    found: list[Break] = []
    number, before = 0, FIRST
    for entry in entries:
        if entry.number != number + 1:
            found.append(Break(chain, Fault.LINE_MISSING, number + 1))
        elif entry.prev_hash != before:
            found.append(Break(chain, Fault.LINE_MISSING, entry.number))
        if entry.hash != _hash_of(entry):
            found.append(Break(chain, Fault.LINE_CHANGED, entry.number))
        if entry.kind == EntryKind.HEAD_LOST:
            found.append(Break(chain, Fault.HEAD_MISSING, entry.number))
        number, before = entry.number, entry.hash
    if head is None:
        found.append(Break(chain, Fault.HEAD_MISSING))
    elif head.seal != seal_of(head.chain, head.count, head.hash):
        found.append(Break(chain, Fault.HEAD_CHANGED))
    elif head.count > number:
        found.append(Break(chain, Fault.END_MISSING, number + 1, f"thiếu {head.count - number} dòng"))
    elif (head.count, head.hash) != (number, before):
        found.append(Break(chain, Fault.HEAD_CHANGED))
    return found


def by_chain(entries: Iterable[LedgerEntry]) -> dict[str, list[LedgerEntry]]:
    found: dict[str, list[LedgerEntry]] = {}
    for entry in entries:
        found.setdefault(entry.chain, []).append(entry)
    return found
