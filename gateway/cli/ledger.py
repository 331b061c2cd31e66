"""``motcua ledger``: why was this (not) sent, is the ledger whole, and a proof to print."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from core.database import Database, utc_now
from core.settings import settings
from dossiers.lookup import normal_code
from gateway.cli import app
from gateway.cli.problem import Problem
from gateway.cli.waiting import ready_database
from notifications import ledger as room
from notifications.audit import Checked, check_all, check_chain
from notifications.chain import Break
from notifications.proof import as_pdf, proof_of
from notifications.telling import explain
from people import audit_seal
from people.audit_seal import SealBreak, SealCheck

group = typer.Typer(no_args_is_help=True, help="Sổ thông báo: vì sao gửi, vì sao không, có ai sửa không.")
app.add_typer(group, name="ledger")

_EVIDENCE = (
    "giữ chứng cứ, chưa sửa gì: motcua backup --keys-to <ổ rời>, chép cả thư mục logs, "
    "rồi làm theo docs/operations/breach.md"
)

Code = Annotated[str, typer.Argument(metavar="CODE", help="mã hồ sơ")]


@group.command()
def show(code: Code, as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False) -> None:
    """Mọi tin về một hồ sơ: vì sao gửi, vì sao không, từng lần gửi, biên nhận, chi phí."""

    async def read(database: Database) -> room.DossierLedger | None:
        async with database.reading() as session:
            return await room.for_dossier(session, normal_code(code))

    found = _run(read)
    if found is None:
        raise Problem(f"chưa có tin nào về hồ sơ {code}: xem lại mã")
    if as_json:
        print(found.model_dump_json())
        return
    for view in found.notifications:
        print(f"{view.id}")
        for line in explain(view):
            print(f"  {line}")
    print(f"Sổ có {found.entries} dòng, " + ("nguyên vẹn." if found.intact else "KHÔNG nguyên vẹn:"))
    for line in found.breaks:
        print(f"  {line}")


@group.command()
def verify(
    dossier: Annotated[str | None, typer.Option(help="chỉ một hồ sơ")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False,
) -> None:
    """Sổ thông báo và nhật ký cán bộ có bị sửa, chèn, cắt không; có thì kết thúc với mã 1."""

    async def one(database: Database) -> Checked:
        async with database.reading() as session:
            return await check_chain(session, normal_code(dossier or ""))

    def told(done: int) -> None:
        print(f"  … đã kiểm {done} hồ sơ", file=sys.stderr)

    async def everything(database: Database) -> tuple[Checked, SealCheck]:
        checked = await check_all(database, told=told)
        async with database.reading() as session:
            return checked, await audit_seal.check(session, utc_now())

    async def only(database: Database) -> tuple[Checked, SealCheck]:
        return await one(database), SealCheck(0, 0, ())

    checked, audit = _run(only if dossier else everything)
    if dossier and not checked.entries and checked.intact:
        raise Problem(f"chưa có dòng nào về hồ sơ {dossier}: xem lại mã")
    if as_json:
        print(json.dumps(_as_json(checked, audit), ensure_ascii=False))
    else:
        _tell_checked(checked, audit, only_dossier=dossier is not None)
    if not checked.intact or audit.breaks:
        raise typer.Exit(1)


def _as_json(checked: Checked, audit: SealCheck) -> dict[str, Any]:
    broken = [
        {"chain": b.chain, "line": b.number, "fault": b.fault.value, "words": str(b), "remedy": b.remedy}
        for b in checked.breaks
    ]
    stretches = [
        {
            "since": b.since.isoformat(),
            "until": b.until.isoformat(),
            "fault": b.fault.value,
            "words": str(b),
            "remedy": b.remedy,
        }
        for b in audit.breaks
    ]
    return {
        "chains": checked.chains,
        "entries": checked.entries,
        "breaks": broken,
        "audit": {"entries": audit.entries, "seals": audit.seals, "breaks": stretches},
    }


def _tell_checked(checked: Checked, audit: SealCheck, *, only_dossier: bool) -> None:
    """Every place, the verdicts, and what to do about each kind of fault once."""
    for each in checked.breaks:
        print(each)
    verdict = "nguyên vẹn" if checked.intact else f"KHÔNG nguyên vẹn, {len(checked.breaks)} chỗ"
    print(f"{checked.chains} hồ sơ, {checked.entries} dòng: {verdict}.")
    if not only_dossier:
        for stretch in audit.breaks:
            print(stretch)
        verdict = f"KHÔNG nguyên vẹn, {len(audit.breaks)} đoạn" if audit.breaks else "nguyên vẹn"
        print(f"Nhật ký cán bộ: {audit.entries} dòng đã niêm trong {audit.seals} đoạn: {verdict}.")
    found: list[Break | SealBreak] = [*checked.breaks, *audit.breaks]
    remedies = {_kind(each): each.remedy for each in found}
    if remedies:
        print("Việc cần làm:")
        print(f"- Trước hết {_EVIDENCE}.")
        for kind, remedy in remedies.items():
            print(f"- {kind}: {remedy}.")


def _kind(each: Break | SealBreak) -> str:
    return f"{each.called[:1].upper()}{each.called[1:]}"


@group.command()
def proof(
    code: Code,
    out: Annotated[Path, typer.Option(help="tệp .pdf")],
    message: Annotated[str | None, typer.Option(help="chỉ một tin, theo mã tin")] = None,
) -> None:
    """Bản xác nhận đã thông báo, để in."""

    async def made(database: Database) -> bytes | None:
        async with database.reading() as session:
            found = await proof_of(
                session,
                normal_code(code),
                now=utc_now(),
                public_url=settings().public_url,
                only_message=message,
            )
        return as_pdf(found) if found else None

    content = _run(made)
    if content is None:
        raise Problem(f"chưa có tin nào về hồ sơ {code} được gửi đi: xem 'motcua ledger show {code}'")
    out.write_bytes(content)
    print(out)


def _run[T](work: Callable[[Database], Awaitable[T]]) -> T:
    async def go() -> T:
        database = await ready_database()
        try:
            return await work(database)
        finally:
            await database.dispose()

    return asyncio.run(go())
