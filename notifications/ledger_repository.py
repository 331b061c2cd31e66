"""All SQL about the ledger: its lines, chained one to the next, and the ends of the chains."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.among import among, among_given
from core.database import insert_rows, update_rows
from notifications.models import LedgerEntry, LedgerHead
from notifications.schemas import EntryKind


async def climbs_of(session: AsyncSession, message_id: str) -> Sequence[LedgerEntry]:
    """The lines of the ledger that tell how a message went down its ladder."""
    query = select(LedgerEntry).where(
        LedgerEntry.message_id == message_id, LedgerEntry.kind == EntryKind.CLIMBED
    )
    return (await session.scalars(query.order_by(LedgerEntry.number))).all()


_LOCK = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(chain, 7304022)) "
    "FROM unnest(CAST(:chains AS text[])) WITH ORDINALITY AS named(chain, place) ORDER BY place"
)


async def lock_chains(session: AsyncSession, chains: Sequence[str]) -> None:
    """One writer a chain at a time; SQLite has one writer anyway. ``chains`` in the order of their names."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(_LOCK, {"chains": list(chains)})


_NEWEST = (
    select(LedgerEntry.chain, func.max(LedgerEntry.number).label("number"))
    .where(among_given(LedgerEntry.chain, "chains"))
    .group_by(LedgerEntry.chain)
    .subquery()
)


_LAST = select(LedgerEntry.chain, LedgerEntry.number, LedgerEntry.hash).join(
    _NEWEST, (LedgerEntry.chain == _NEWEST.c.chain) & (LedgerEntry.number == _NEWEST.c.number)
)


async def last_entries(session: AsyncSession, chains: Collection[str]) -> dict[str, tuple[int, str]]:
    """Number and hash of the last line of each chain that has one."""
    rows = await session.execute(_LAST, {"chains": list(chains)})
    return {chain: (number, last_hash) for chain, number, last_hash in rows}


async def heads_of(session: AsyncSession, chains: Collection[str]) -> dict[str, LedgerHead]:
    query = select(LedgerHead).where(among(LedgerHead.chain, chains))
    rows = await session.scalars(query.execution_options(populate_existing=True))
    return {row.chain: row for row in rows}


_ENDS = select(LedgerHead.chain, LedgerHead.count, LedgerHead.hash).where(
    among_given(LedgerHead.chain, "chains")
)


async def ends_of(session: AsyncSession, chains: Collection[str]) -> dict[str, tuple[int, str]]:
    """Number and hash of the last line of each chain, as its head says."""
    rows = await session.execute(_ENDS, {"chains": list(chains)})
    return {chain: (number, last_hash) for chain, number, last_hash in rows}


async def add_entries(
    session: AsyncSession,
    entries: Sequence[dict[str, Any]],
    heads: Mapping[str, dict[str, Any]],
    *,
    new: Collection[str],
) -> None:
    """Lines, and the heads of their chains by name; ``new``: chains that have none yet."""
    await insert_rows(session, LedgerEntry, entries)
    await insert_rows(
        session, LedgerHead, [{"chain": chain, **heads[chain]} for chain in heads if chain in new]
    )
    await update_rows(
        session, LedgerHead, [{"chain": chain, **heads[chain]} for chain in heads if chain not in new]
    )


async def entries_of(session: AsyncSession, chains: Collection[str]) -> Sequence[LedgerEntry]:
    query = (
        select(LedgerEntry)
        .where(among(LedgerEntry.chain, chains))
        .order_by(LedgerEntry.chain, LedgerEntry.number)
    )
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def chains_after(session: AsyncSession, after: str, *, limit: int) -> list[str]:
    """Names of chains in their order, whether only lines or only a head is left of them."""
    lines = select(LedgerEntry.chain).distinct().where(LedgerEntry.chain > after)
    heads = select(LedgerHead.chain).where(LedgerHead.chain > after)
    found = set(await session.scalars(lines.order_by(LedgerEntry.chain).limit(limit)))
    found |= set(await session.scalars(heads.order_by(LedgerHead.chain).limit(limit)))
    return sorted(found)[:limit]
