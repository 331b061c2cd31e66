"""Accounts of staff and their posts: made, changed, closed, each with its line in the audit."""

from __future__ import annotations

import re
import secrets
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from people import accounts_repository, province_repository, repository
from people.models import Role, RoleAssignment, Staff
from people.passwords import check, hash_password
from people.province import account_hash
from people.staff_sessions import session_hash

FIRST_PASSWORD_LASTS = timedelta(days=7)
_USERNAME = re.compile(r"^[a-z0-9][a-z0-9._-]{2,59}$")


class AccountError(ValueError):
    """What is wrong, in words for the one who fills in the form."""


def new_password() -> str:
    """A first password that can be read out: four groups without look-alikes."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


async def create_account(
    session: AsyncSession,
    *,
    username: str,
    display_name: str,
    actor: str,
    now: datetime,
    second_factor_due: bool = True,
    handed_out: bool = True,
) -> tuple[Staff, str]:
    """A new account and its first password, shown once. ``handed_out``: to somebody who must choose their
    own within a week; invented staff keep it.
    """
    name = username.strip().lower()
    if not _USERNAME.match(name):
        raise AccountError(
            "tên đăng nhập: từ 3 ký tự, chỉ chữ thường không dấu, số, dấu chấm, gạch; ví dụ 'lan.nguyen'"
        )
    if not display_name.strip():
        raise AccountError("họ tên: chưa điền")
    if await accounts_repository.staff_by_username(session, name) is not None:
        raise AccountError(f"tên đăng nhập '{name}' đã có người dùng: chọn tên khác")
    password = new_password()
    staff = await accounts_repository.add_staff(
        session,
        Staff(
            username=name,
            display_name=display_name.strip(),
            password_hash=hash_password(password),
            first_password_until=now + FIRST_PASSWORD_LASTS if handed_out else None,
            second_factor_due=second_factor_due,
        ),
    )
    await repository.add_audit(session, actor=actor, action="account.create", subject=f"staff:{staff.id}")
    return staff, password


async def reset_password(session: AsyncSession, *, staff: Staff, actor: str, now: datetime) -> str:
    """A new first password; the second factor is set up again and every open session ends."""
    password = new_password()
    staff.password_hash = hash_password(password)
    staff.first_password_until = now + FIRST_PASSWORD_LASTS
    staff.totp_secret = staff.totp_step = None
    await accounts_repository.end_sessions_of(session, staff.id, now)
    await repository.add_audit(session, actor=actor, action="account.reset", subject=f"staff:{staff.id}")
    return password


async def change_password(
    session: AsyncSession, *, staff: Staff, password: str, here: str, now: datetime
) -> None:
    """``here``: the secret of the session in which it is changed; every other one ends. Raises
    ``PasswordRefused``.
    """
    check(password, about=(staff.username, staff.display_name))
    staff.password_hash = hash_password(password)
    staff.first_password_until = None
    await accounts_repository.end_sessions_of(session, staff.id, now, but=session_hash(here))
    await repository.add_audit(
        session, actor=staff.username, action="account.password", subject=f"staff:{staff.id}"
    )


async def end_sessions(
    session: AsyncSession, *, staff: Staff, here: str, now: datetime, only: str | None = None
) -> int:
    """Out everywhere but in the session with this secret, or out of one alone; how many ended."""
    ended = await accounts_repository.end_sessions_of(
        session, staff.id, now, only=only, but=session_hash(here)
    )
    if ended:
        await repository.add_audit(
            session, actor=staff.username, action="sign_out.elsewhere", subject=f"staff:{staff.id}"
        )
    return ended


async def name_at_province(
    session: AsyncSession, *, staff: Staff, account: str, actor: str, now: datetime
) -> None:
    """What the province calls this person, so that its word opens this account; empty takes it away.

    What the name before opened ends: it may be somebody else's by now.
    """
    name = account.strip()
    found = account_hash(name) if name else None
    holder = await province_repository.staff_by_account(session, found) if found else None
    if holder is not None and holder.id != staff.id:
        raise AccountError(f"tài khoản của tỉnh này đã gắn với '{holder.username}': bỏ ở đó trước")
    if found == staff.province_account_hash:
        return
    staff.province_account, staff.province_account_hash = name or None, found
    await province_repository.end_sessions_of(session, staff.id, now)
    action = "account.province" if name else "account.province_end"
    await repository.add_audit(session, actor=actor, action=action, subject=f"staff:{staff.id}")


async def set_active(session: AsyncSession, *, staff: Staff, active: bool, actor: str, now: datetime) -> None:
    staff.active = active
    if not active:
        await accounts_repository.end_sessions_of(session, staff.id, now)
    action = "account.open" if active else "account.close"
    await repository.add_audit(session, actor=actor, action=action, subject=f"staff:{staff.id}")


async def give_post(
    session: AsyncSession,
    *,
    staff: Staff,
    unit_code: str,
    role: Role,
    actor: str,
    starts_on: date,
    ends_on: date | None = None,
    position: str | None = None,
    deputy_for: str | None = None,
) -> RoleAssignment:
    unit = await repository.unit_by_code(session, unit_code)
    if unit is None:
        raise AccountError(f"đơn vị '{unit_code}': không có; xem danh sách đơn vị")
    if ends_on and ends_on < starts_on:
        raise AccountError("ngày thôi giữ vai trò trước ngày bắt đầu: xem lại hai ngày")
    if deputy_for is not None:
        if deputy_for == staff.id or await accounts_repository.staff_by_id(session, deputy_for) is None:
            raise AccountError("làm thay ai: chọn một người khác trong danh sách")
        if ends_on is None:
            raise AccountError("làm thay thì phải có ngày thôi: ghi đến hết ngày nào")
    if await accounts_repository.same_post(session, staff.id, unit.id, role, starts_on):
        raise AccountError("người này đã có đúng vai trò ấy từ ngày ấy: không phải giao lại")
    post = await accounts_repository.add_post(
        session,
        RoleAssignment(
            staff_id=staff.id,
            unit_id=unit.id,
            role=role,
            position=(position or "").strip()[:100] or None,
            deputy_for=deputy_for,
            starts_on=starts_on,
            ends_on=ends_on,
        ),
    )
    await repository.add_audit(
        session,
        actor=actor,
        action="post.give",
        subject=f"staff:{staff.id}",
        reason=f"{role.value} @ {unit.code}",
    )
    return post


async def end_post(session: AsyncSession, *, post: RoleAssignment, on: date, actor: str) -> None:
    """The last day on which the post counts."""
    post.ends_on = on
    await repository.add_audit(
        session, actor=actor, action="post.end", subject=f"staff:{post.staff_id}", reason=post.role
    )
