"""Invented staff of the sample city, one for each role, so that a newcomer can see every page."""

from __future__ import annotations

from core.calendar import local_day
from core.database import Database, utc_now
from core.settings import Settings
from gateway.units import province_code
from people import accounts, accounts_repository, passwords
from people.models import Role

_WARD, _PROVINCE = "quy-nhon", province_code("Gia Lai")
STAFF: tuple[tuple[str, str, Role, str], ...] = (
    ("mau.canbo", "Trần Thị Cán Bộ (mẫu)", Role.OFFICER, _WARD),
    ("mau.phutrach", "Nguyễn Văn Phụ Trách (mẫu)", Role.HEAD_OF_UNIT, _WARD),
    ("mau.lanhdao", "Lê Thị Lãnh Đạo (mẫu)", Role.LEADER, _WARD),
    ("mau.phuong", "Phạm Văn Phường (mẫu)", Role.WARD_EDITOR, _WARD),
    ("mau.bientap", "Võ Thị Biên Tập (mẫu)", Role.PROVINCIAL_EDITOR, _PROVINCE),
    ("mau.duyet", "Đỗ Văn Duyệt (mẫu)", Role.PROVINCIAL_APPROVER, _PROVINCE),
    ("mau.giamsat", "Bùi Thị Giám Sát (mẫu)", Role.AUDITOR, _PROVINCE),
    ("mau.quantri", "Hồ Văn Quản Trị (mẫu)", Role.ADMINISTRATOR, _PROVINCE),
)


async def sample_staff(settings: Settings) -> str:
    """The one password of all sample accounts, made new at every start of the sample city."""
    password = accounts.new_password()
    database = Database(settings.database)
    try:
        async with database.writing() as session:
            for username, name, role, unit in STAFF:
                known = await accounts_repository.staff_by_username(session, username)
                if known is None:
                    known, _ = await accounts.create_account(
                        session,
                        username=username,
                        display_name=name,
                        actor="system",
                        now=utc_now(),
                        second_factor_due=False,
                        handed_out=False,
                    )
                    await accounts.give_post(
                        session,
                        staff=known,
                        unit_code=unit,
                        role=role,
                        actor="system",
                        starts_on=local_day(utc_now()),
                    )
                known.password_hash = passwords.hash_password(password)
    finally:
        await database.dispose()
    settings.run_dir.mkdir(parents=True, exist_ok=True)
    note = settings.run_dir / "sample-staff.txt"
    note.write_text("\n".join([password, *(username for username, *_ in STAFF)]) + "\n", encoding="utf-8")
    note.chmod(0o600)
    return password
