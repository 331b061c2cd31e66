"""``motcua ledger verify``: whoever runs it at night reads what is wrong, where, and what to do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Executable, delete, text, update
from typer.testing import CliRunner

from core.database import Database
from core.settings import Settings
from gateway.cli import app, commands
from gateway.cli.problem import Problem
from notifications.models import LedgerEntry, LedgerHead
from people import audit_seal
from people.audit_models import AuditEntry, AuditSeal
from tests.dossiers.samples import full_event
from tests.notifications.helpers import MORNING, REAL, Clock, StubProvider, planner, post, sender

assert commands.COMMANDS
OTHER = "H98.01-261102-0002"
HOUR = timedelta(hours=1)


@pytest.fixture
async def kept(sqlite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Two dossiers that were told of, and three hours of the audit, each under its seal."""
    clock = Clock()
    for number, code in enumerate((REAL, OTHER), start=1):
        await post(sqlite, full_event("received", number=number, dossier_code=code), clock)
    await planner(sqlite, clock).tick()
    await sender(sqlite, clock, StubProvider("zalo")).tick()
    for hour in range(3):
        async with sqlite.writing() as session:
            at = MORNING + hour * HOUR
            session.add(AuditEntry(actor="canbo", action="dossier.look", subject=f"H98-{hour}", at=at))
        assert await audit_seal.seal(sqlite, MORNING + (hour + 2) * HOUR) == 1
    await _do(sqlite, text("DROP TRIGGER audit_entry_UPDATE"))  # whoever owns the database can

    async def prepared(*_: object, **__: object) -> None:
        """Nothing to migrate, no keys to make."""

    monkeypatch.setattr("gateway.prepare.prepare", prepared)
    configured = Settings(data_dir=tmp_path, database_url=sqlite.url, _env_file=None)
    monkeypatch.setattr("gateway.cli.waiting.settings", lambda: configured)
    monkeypatch.setattr("gateway.cli.ledger.utc_now", lambda: MORNING + 6 * HOUR)
    return sqlite


async def _do(database: Database, *statements: Executable) -> None:
    async with database.writing() as session:
        for statement in statements:
            await session.execute(statement)


async def _verify(*more: str) -> Any:
    return await asyncio.to_thread(CliRunner().invoke, app, ["ledger", "verify", *more])


async def test_a_whole_ledger_says_so_and_asks_for_nothing(kept: Database) -> None:
    done = await _verify()
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "2 hồ sơ, 6 dòng: nguyên vẹn.",
        "Nhật ký cán bộ: 3 dòng đã niêm trong 3 đoạn: nguyên vẹn.",
    ]


LINES = LedgerEntry.chain == REAL
_STRETCH = "nhật ký 23/11/2026 0{}:00 đến 23/11/2026 0{}:00 UTC"
TAMPERED: dict[str, tuple[Executable, str, str]] = {
    "a changed line": (
        update(LedgerEntry).where(LINES, LedgerEntry.number == 2).values(facts={"number": 1}),
        f"{REAL}, dòng 2: dòng này đã bị sửa",
        "- Dòng này đã bị sửa: so dòng ấy với bản sao lưu gần nhất",
    ),
    "a line taken out": (
        delete(LedgerEntry).where(LINES, LedgerEntry.number == 2),
        f"{REAL}, dòng 2: thiếu dòng ở đây",
        "- Thiếu dòng ở đây: tìm dòng ấy trong bản sao lưu gần nhất",
    ),
    "a cut tail": (
        delete(LedgerEntry).where(LINES, LedgerEntry.number == 3),
        f"{REAL}, dòng 3: các dòng cuối sổ đã bị cắt mất (thiếu 1 dòng)",
        "- Các dòng cuối sổ đã bị cắt mất: tìm các dòng cuối trong bản sao lưu gần nhất",
    ),
    "a missing seal": (
        delete(LedgerHead).where(LedgerHead.chain == REAL),
        f"{REAL}: mất dấu niêm cuối sổ",
        "- Mất dấu niêm cuối sổ: dấu không tự mất, xem ai vào được cơ sở dữ liệu",
    ),
    "a seal of other keys": (
        update(LedgerHead).where(LedgerHead.chain == REAL).values(seal="0" * 64),
        f"{REAL}: dấu niêm cuối sổ không khớp",
        "- Dấu niêm cuối sổ không khớp: mọi hồ sơ đều báo vậy thì tệp khóa không phải của hệ thống này",
    ),
    "a changed line of the audit": (
        update(AuditEntry).where(AuditEntry.subject == "H98-1").values(subject="H98-9"),
        f"{_STRETCH.format(3, 4)}: có dòng đã bị sửa",
        "- Có dòng đã bị sửa: so các dòng của đoạn này với bản sao lưu gần nhất",
    ),
    "a missing seal of the audit": (
        delete(AuditSeal).where(AuditSeal.until == MORNING + 2 * HOUR),
        f"{_STRETCH.format(3, 4)}: thiếu dấu niêm",
        "- Thiếu dấu niêm: tìm dấu ấy ở các dòng audit_sealed trong logs/worker.log",
    ),
    "a missing last seal of the audit": (
        delete(AuditSeal).where(AuditSeal.until == MORNING + 3 * HOUR),
        f"{_STRETCH.format(4, 5)}: chưa có dấu niêm nào",
        "- Chưa có dấu niêm nào: hệ thống nghỉ thì chạy motcua up",
    ),
}


@pytest.mark.parametrize("how", TAMPERED)
async def test_what_was_tampered_with_is_named_with_what_to_do(kept: Database, how: str) -> None:
    statement, said, remedy = TAMPERED[how]
    await _do(kept, statement)
    done = await _verify()
    lines = done.stdout.splitlines()
    assert done.exit_code == 1
    assert said in lines
    assert sum("KHÔNG nguyên vẹn, 1 " in line for line in lines) == 1, lines
    assert lines[lines.index("Việc cần làm:") + 1].startswith("- Trước hết giữ chứng cứ, chưa sửa gì")
    assert [line for line in lines if line.startswith(remedy)], lines
    assert OTHER not in done.stdout


async def test_a_remedy_is_said_once_however_many_dossiers_need_it(kept: Database) -> None:
    await _do(kept, delete(LedgerHead))
    lines = (await _verify()).stdout.splitlines()
    assert [f"{code}: mất dấu niêm cuối sổ" in lines for code in (REAL, OTHER)] == [True, True]
    assert sum(line.startswith("- ") for line in lines) == 2


async def test_one_dossier_is_asked_about_alone(kept: Database) -> None:
    await _do(kept, delete(LedgerHead).where(LedgerHead.chain == REAL), delete(AuditSeal))
    assert _verdicts(await _verify("--dossier", OTHER)) == ["1 hồ sơ, 3 dòng: nguyên vẹn."]
    assert _verdicts(await _verify("--dossier", REAL)) == ["1 hồ sơ, 3 dòng: KHÔNG nguyên vẹn, 1 chỗ."]
    unknown = (await _verify("--dossier", "H98.01-261102-0009")).exception
    assert isinstance(unknown, Problem)
    assert "xem lại mã" in str(unknown)


def _verdicts(done: Any) -> Sequence[str]:
    assert done.exit_code == ("KHÔNG" in done.stdout)
    return [line for line in done.stdout.splitlines() if "nguyên vẹn" in line]


async def test_a_machine_reads_the_same(kept: Database) -> None:
    await _do(kept, TAMPERED["a cut tail"][0], TAMPERED["a missing seal of the audit"][0])
    done = await _verify("--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 1
    assert [(b["chain"], b["line"], b["fault"]) for b in found["breaks"]] == [(REAL, 3, "end_missing")]
    assert [(b["since"][:13], b["fault"]) for b in found["audit"]["breaks"]] == [
        ("2026-11-23T03", "seal_missing")
    ]
    assert all(b["words"] and b["remedy"] for b in (*found["breaks"], *found["audit"]["breaks"]))
