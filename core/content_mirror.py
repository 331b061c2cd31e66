"""The shipped seed and the folder that mirrors the published content, brought in line with the database.

The seed comes in as published; a file changed in the mirror comes in as a draft, because nobody has approved
it; where both sides changed, the database stays live and the conflict is reported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.content import SEED_AUTHOR, ContentStatus, ContentVersion, add_version, digest
from core.database import Base, Database
from core.generations import bump

FILE_AUTHOR = "file"
_SUFFIXES = {".yaml", ".yml", ".md"}


class ContentMirror(Base):
    """The content of a mirrored file when it was last equal to the database."""

    __tablename__ = "content_mirror"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))


@dataclass
class SyncReport:
    published: list[str] = field(default_factory=list)
    drafted: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)


def read_folder(folder: Path) -> dict[str, str]:
    """Every content file under a folder, by its path inside it."""
    if not folder.exists():
        return {}
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in _SUFFIXES and not path.name.startswith(".")
    }


async def sync(
    database: Database,
    *,
    seed: Path,
    mirror: Path,
    acceptable: Callable[[str, str], str | None] = lambda key, text: None,
) -> SyncReport:
    """Bring the shipped seed and the mirror folder in line with the database.

    ``acceptable(key, text)`` says why a document must not be published, or nothing. An unacceptable seed
    document is left out and reported as a conflict; the last good version stays live.
    """
    report = SyncReport()
    seeds, files = read_folder(seed), read_folder(mirror)
    async with database.writing() as session:
        live = {
            row.key: row
            for row in await session.scalars(
                select(ContentVersion).where(ContentVersion.status == ContentStatus.PUBLISHED)
            )
        }
        known = {(row.key, row.sha256) for row in await session.scalars(select(ContentVersion))}
        synced = {row.key: row for row in await session.scalars(select(ContentMirror))}
        for key, text in seeds.items():
            await _take_seed(session, key, text, live, known, report, acceptable)
        for key in sorted(live.keys() | files.keys()):
            await _mirror_one(
                session, key, files.get(key), live.get(key), synced.get(key), known, mirror, report
            )
        if report.published:
            await bump(session, "content")
    return report


async def _take_seed(
    session: AsyncSession,
    key: str,
    text: str,
    live: dict[str, ContentVersion],
    known: set[tuple[str, str]],
    report: SyncReport,
    acceptable: Callable[[str, str], str | None],
) -> None:
    if (key, digest(text)) in known:
        return
    problem = acceptable(key, text)
    if problem:
        report.conflicts.append(f"{key}: {problem}")
        return
    current = live.get(key)
    if current is None or current.author == SEED_AUTHOR:
        live[key] = await add_version(
            session, key=key, text=text, status=ContentStatus.PUBLISHED, author=SEED_AUTHOR, reason="shipped"
        )
        report.published.append(key)
    else:  # staff have edited it: the newer seed waits for them as a draft
        await add_version(session, key=key, text=text, status=ContentStatus.DRAFT, author=SEED_AUTHOR)
        report.drafted.append(key)
    known.add((key, digest(text)))


async def _mirror_one(
    session: AsyncSession,
    key: str,
    file_text: str | None,
    live: ContentVersion | None,
    mark: ContentMirror | None,
    known: set[tuple[str, str]],
    mirror: Path,
    report: SyncReport,
) -> None:
    in_file = digest(file_text) if file_text is not None else None
    in_database = live.sha256 if live else None
    if in_file == in_database:
        pass
    elif live is not None and (file_text is None or (mark and in_file == mark.sha256)):
        _write(mirror / key, live.body)
        report.written.append(key)
    elif file_text is not None and in_file is not None:
        if (key, in_file) not in known:
            await add_version(
                session, key=key, text=file_text, status=ContentStatus.DRAFT, author=FILE_AUTHOR
            )
            known.add((key, in_file))
            report.drafted.append(key)
        if mark and in_database != mark.sha256:
            report.conflicts.append(
                f"{key}: changed in the file and in the database; the database stays live"
            )
        return  # no common state yet: the mark stays where it was
    if in_database is not None:
        if mark is None:
            session.add(ContentMirror(key=key, sha256=in_database))
        else:
            mark.sha256 = in_database


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
