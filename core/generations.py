"""Numbers that grow with every change of what readers keep in memory."""

from __future__ import annotations

from sqlalchemy import Integer, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class Generation(Base):
    """A number that grows with every change of what readers keep in memory."""

    __tablename__ = "generation"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, default=0)


async def bump(session: AsyncSession, name: str) -> int:
    """Tell every process that ``name`` changed; the new number."""
    found = await session.get(Generation, name, with_for_update=True)
    if found is None:
        found = Generation(name=name, number=0)
        session.add(found)
    found.number += 1
    await session.flush()
    return found.number


async def generation(session: AsyncSession, name: str) -> int:
    return await session.scalar(select(Generation.number).where(Generation.name == name)) or 0


async def generations(session: AsyncSession, *names: str) -> tuple[int, ...]:
    """The numbers of several names, in their order."""
    found = await session.execute(
        select(Generation.name, Generation.number).where(Generation.name.in_(names))
    )
    numbers = {str(name): int(number) for name, number in found}
    return tuple(numbers.get(name, 0) for name in names)
