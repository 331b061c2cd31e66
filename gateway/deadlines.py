"""The desk of deadlines: what the API, the command line and the console do with promises and letters."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import WorkingCalendar, local_day
from core.database import Database, utc_now
from core.settings import Settings
from dossiers import deadline_repository, extension, extension_sending, repository
from dossiers.deadline_models import Extension, ExtensionFile
from dossiers.deadlines import DeadlinePolicy, NothingToRecount, promise_of, recount
from dossiers.extension_files import FileKind, FileStore
from dossiers.extension_states import ExtensionProblem, TakingBack, Trouble, invalid
from dossiers.letter import letter_of
from dossiers.letter_files import as_docx, as_pdf
from dossiers.lookup import normal_code
from dossiers.models import Dossier
from gateway.deadline_views import ExtensionView, LetterFormat, ending_of, view_of
from gateway.due_lists import DueLists
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
class DeadlineDesk:
    database: Database
    calendar: Callable[[], WorkingCalendar]
    store: FileStore
    policy: DeadlinePolicy = field(default_factory=DeadlinePolicy)
    clock: Callable[[], datetime] = utc_now
    data_dir: Path | None = None

    @property
    def lists(self) -> DueLists:
        return DueLists(self.database, self.calendar, self.policy, self.clock, self.data_dir)

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
