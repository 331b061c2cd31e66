"""The desk of deadlines: what the API, the command line and the console do with promises and letters."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import WorkingCalendar, local_day
from core.database import Database, utc_now
from core.settings import Settings
from dossiers import deadline_repository, extension, extension_sending, repository
from dossiers.deadline_models import Extension, ExtensionFile
from dossiers.deadlines import DeadlinePolicy, NothingToRecount, promise_of, recount
from dossiers.due_list import MOST, DueEntry, Place, due_list
from dossiers.extension_files import FileKind, FileStore
from dossiers.extension_states import ExtensionProblem, ExtensionState, TakingBack, Trouble, invalid
from dossiers.letter import letter_of
from dossiers.letter_files import as_docx, as_pdf
from dossiers.lookup import normal_code
from dossiers.models import Dossier
from gateway.deadline_views import (
    ExtensionView,
    LetterFormat,
    ListKind,
    ListView,
    ending_of,
    list_view_of,
    view_of,
)
from people.repository import add_audit, unit_by_code
from wire.provider import Attachment


def deadline_policy(settings: Settings) -> DeadlinePolicy:
    return DeadlinePolicy(max_extensions=settings.max_extensions)


def letter_store(settings: Settings) -> FileStore:
    return FileStore(settings.data_dir / "letters")


@dataclass(frozen=True)
class SignedFile:
    """What was handed in as the signed letter."""

    kind: FileKind
    name: str
    content: bytes


@dataclass(frozen=True)
class Counted:
    """The first entries of a list, and how many there are in all."""

    entries: list[DueEntry]
    count: int


@dataclass(frozen=True)
class Dawn:
    to_sign: Counted
    late: Counted
    soon: Counted


@dataclass(frozen=True)
class DeadlineDesk:
    database: Database
    calendar: Callable[[], WorkingCalendar]
    store: FileStore
    policy: DeadlinePolicy = field(default_factory=DeadlinePolicy)
    clock: Callable[[], datetime] = utc_now
    data_dir: Path | None = None

    async def due(
        self,
        *,
        unit: str | None = None,
        units: Collection[str] | None = None,
        days: int | None = None,
        limit: int = MOST,
        after: Place | None = None,
    ) -> list[DueEntry]:
        today = local_day(self.clock())
        async with self.database.reading() as session:
            return await due_list(
                session,
                today=today,
                calendar=self.calendar(),
                policy=self.policy,
                days=days,
                unit=unit,
                units=units,
                limit=limit,
                after=after,
            )

    async def at_dawn(self, units: Collection[str], *, days: int, shown: int) -> Dawn:
        """What a leader looks at first: of each kind the most pressing, and how many there are."""
        today, calendar = local_day(self.clock()), self.calendar()
        until, missed = calendar.add_working_days(today, days), today - timedelta(days=1)
        while not calendar.working_days_between(missed, today):
            missed -= timedelta(days=1)  # on a day off nothing of the last working day is late yet

        async with self.database.reading() as session:

            async def some(
                day: date, since: date | None = None, letter: ExtensionState | None = None
            ) -> Counted:
                rows = await due_list(
                    session, today=today, calendar=calendar, policy=self.policy, until=day, units=units,
                    limit=shown, since=since, letter=letter,
                )  # fmt: skip
                if len(rows) < shown:
                    return Counted(rows, len(rows))
                count = await deadline_repository.count_running(
                    session, day, units=units, since=since, letter=letter
                )
                return Counted(rows, count)

            return Dawn(
                await some(until, letter=ExtensionState.REASONED),
                await some(missed),
                await some(until, missed + timedelta(days=1)),
            )

    async def lists(self, kind: ListKind, day: date, *, unit: str | None = None) -> list[ListView]:
        """The lists made on that day: each morning one a unit, each week the draft of a reminder."""
        async with self.database.reading() as session:
            rows = await deadline_repository.reports_of(session, kind, day)
        return [list_view_of(row) for row in rows if unit is None or row.unit == unit]

    async def list_document(self, list_id: str) -> tuple[str, bytes]:
        """The draft of a reminder, as a file to edit, sign and send."""
        async with self.database.reading() as session:
            row = await deadline_repository.report_by_id(session, list_id)
        path = self.data_dir / row.path if row and row.path and self.data_dir else None
        if row is None or path is None or not path.exists():
            raise ExtensionProblem(
                Trouble.NOT_FOUND, "id", "danh sách này không có tệp", "xem lại mã danh sách hằng tuần"
            )
        return f"don-doc-{row.day}.docx", await asyncio.to_thread(path.read_bytes)

    async def recount(self, code: str, *, by: str, reason: str) -> date:
        if len(reason.split()) < 2:
            raise invalid("reason", "chưa có lý do", "ghi một câu: đã chờ gì, từ ngày nào")
        async with self.database.writing() as session:
            dossier = await self._dossier(session, code)
            try:
                return await recount(
                    session,
                    dossier,
                    by=by,
                    reason=reason,
                    calendar=self.calendar(),
                    policy=self.policy,
                    now=self.clock(),
                )
            except NothingToRecount:
                raise ExtensionProblem(
                    Trouble.FORBIDDEN,
                    "dossier_code",
                    "không có thời gian chờ nào để tính lại",
                    "ngày hẹn đã in giữ nguyên; muốn gia hạn thì lập văn bản xin lỗi",
                ) from None

    async def draft(self, code: str, *, by: str) -> ExtensionView:
        async with self.database.writing() as session:
            dossier = await self._dossier(session, code)
            promise = promise_of(dossier)
            if promise is None:
                raise ExtensionProblem(
                    Trouble.FORBIDDEN, "dossier_code", "hồ sơ chưa có ngày hẹn", "gửi ngày hẹn trước"
                )
            letter = await extension.draft(
                session,
                dossier,
                old_due_on=local_day(promise),
                by=by,
                now=self.clock(),
                most=self.policy.max_extensions,
            )
            return view_of(letter)

    async def view(self, extension_id: str) -> ExtensionView:
        async with self.database.reading() as session:
            return view_of(await self._letter(session, extension_id))

    async def give_reason(
        self, extension_id: str, *, version: int, by: str, reason: str, new_due_on: date
    ) -> ExtensionView:
        return await self._step(
            lambda session: extension.give_reason(
                session,
                extension_id,
                version=version,
                by=by,
                reason=reason,
                new_due_on=new_due_on,
                calendar=self.calendar(),
                now=self.clock(),
            )
        )

    async def sign(
        self, extension_id: str, *, version: int, by: str, signer: str, position: str, file: SignedFile
    ) -> ExtensionView:
        """The file is kept before the row that names it: a row never points at nothing."""
        extension.check_signed(file.kind, file.content)
        sha256 = await asyncio.to_thread(self.store.keep, file.content)
        return await self._step(
            lambda session: extension.sign(
                session,
                extension_id,
                version=version,
                by=by,
                signer=signer,
                position=position,
                kind=file.kind,
                file_name=file.name,
                content=file.content,
                sha256=sha256,
                now=self.clock(),
            )
        )

    async def number(
        self, extension_id: str, *, version: int, by: str, notice_number: str, numbered_on: date
    ) -> ExtensionView:
        return await self._step(
            lambda session: extension.number(
                session,
                extension_id,
                version=version,
                by=by,
                notice_number=notice_number,
                numbered_on=numbered_on,
                now=self.clock(),
            )
        )

    async def send(self, extension_id: str, *, version: int, by: str) -> ExtensionView:
        return await self._step(
            lambda session: extension_sending.send(
                session, extension_id, version=version, by=by, calendar=self.calendar(), now=self.clock()
            )
        )

    async def take_back(
        self, extension_id: str, step: TakingBack, *, version: int, by: str, why: str
    ) -> ExtensionView:
        return await self._step(
            lambda session: extension.take_back(session, extension_id, step, version=version, by=by, why=why)
        )

    async def letter(self, extension_id: str, kind: LetterFormat, *, by: str) -> tuple[str, bytes]:
        """Name and bytes of the letter as it stands; who read it is kept, for it names the citizen."""
        async with self.database.writing() as session:
            row = await self._letter(session, extension_id)
            dossier = await repository.dossier_by_id(session, row.dossier_id)
            assert dossier is not None  # noqa: S101 - a foreign key
            await add_audit(session, actor=by, action="extension.letter_read", subject=row.dossier_code)
            unit = await unit_by_code(session, row.unit) if row.unit else None
            content = letter_of(row, dossier, unit_name=unit.name if unit else None)
        made = await asyncio.to_thread(as_pdf if kind is LetterFormat.PDF else as_docx, content)
        return f"xin-loi-{row.dossier_code}.{kind}", made

    async def signed_file(self, extension_id: str, *, by: str) -> tuple[ExtensionFile, bytes]:
        async with self.database.writing() as session:
            row = await self._letter(session, extension_id)
            file = await deadline_repository.file_by_id(session, row.file_id) if row.file_id else None
            content = await asyncio.to_thread(self.store.read, file.sha256) if file else None
            if file is None or content is None:
                raise ExtensionProblem(
                    Trouble.NOT_FOUND,
                    "file",
                    "chưa có bản đã ký, hoặc tệp không còn nguyên",
                    "nộp lại bản đã ký",
                )
            await add_audit(session, actor=by, action="extension.file_read", subject=row.dossier_code)
        return file, content

    async def attachments(self, session: AsyncSession, event_id: str) -> tuple[Attachment, ...]:
        """The signed letter behind a notice, for a mail; nothing where it cannot be read as it is."""
        row = await deadline_repository.extension_by_event(session, event_id)
        file = await deadline_repository.file_by_id(session, row.file_id) if row and row.file_id else None
        if row is None or file is None or file.kind == FileKind.DIGITAL_SIGNATURE:
            return ()
        content = await asyncio.to_thread(self.store.read, file.sha256)
        name = f"xin-loi-{row.dossier_code}.{ending_of(file.content_type)}"
        return (Attachment(name, file.content_type, content),) if content else ()

    async def _step(self, work: Callable[[AsyncSession], Awaitable[Extension]]) -> ExtensionView:
        async with self.database.writing() as session:
            return view_of(await work(session))

    async def _letter(self, session: AsyncSession, extension_id: str) -> Extension:
        return await extension.letter_by_id(session, extension_id)

    async def _dossier(self, session: AsyncSession, code: str) -> Dossier:
        dossier = await repository.dossier_by_code(session, normal_code(code), lock=True)
        if dossier is None:
            raise ExtensionProblem(
                Trouble.NOT_FOUND, "dossier_code", "không có hồ sơ này", "xem lại mã trên giấy hẹn"
            )
        return dossier
