"""One step of a letter: taken only if the letter is still what its reader saw, and written into the audit."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from dossiers import deadline_repository
from dossiers.deadline_models import Extension
from dossiers.extension_states import ALLOWED, ExtensionProblem, ExtensionState, Step, Trouble, check_step
from people.repository import add_audit


async def letter_by_id(session: AsyncSession, extension_id: str) -> Extension:
    letter = await deadline_repository.extension_by_id(session, extension_id)
    if letter is None:
        raise ExtensionProblem(
            Trouble.NOT_FOUND, "id", "không có văn bản này", "xem lại danh sách sắp trễ hẹn"
        )
    return letter


def check(letter: Extension, step: Step, version: int) -> None:
    check_step(ExtensionState(letter.state), letter.version, step, version)


async def take(
    session: AsyncSession,
    letter: Extension,
    step: Step,
    *,
    version: int,
    by: str,
    note: str | None = None,
    **values: Any,
) -> Extension:
    """One step, if the letter is still what the caller saw, with its line in the audit."""
    check(letter, step, version)
    taken = await deadline_repository.change_extension(
        session, letter.id, version=version, states=ALLOWED[step], **values
    )
    changed = await letter_by_id(session, letter.id)
    if not taken:
        check(changed, step, version)
        raise AssertionError("an extension changed without its version")
    await add_audit(
        session, actor=by[:60], action=f"extension.{step}", subject=letter.dossier_code, reason=note
    )
    return changed
