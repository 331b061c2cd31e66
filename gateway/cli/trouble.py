"""What an administrator can mend, in one line each: a setting, a key, the database, a file's rights."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator

from pydantic import ValidationError
from pydantic_settings import SettingsError

from core.crypto import CryptoError

_WORDS = {
    "int_parsing": "phải là số nguyên",
    "float_parsing": "phải là số",
    "bool_parsing": "phải là 1 hoặc 0",
    "extra_forbidden": "không phải biến nào: xem lại chính tả",
    "missing": "chưa điền",
}
_FIELD = re.compile(r'"(\w+)"')


def lines_about(error: Exception) -> list[str]:
    """What to mend, never with a value that may be secret; nothing for an error that is ours."""
    if isinstance(error, ValidationError):
        return list(_settings(error)) if error.title == "Settings" else []
    if isinstance(error, SettingsError):
        named = _FIELD.search(str(error))
        variable = _variable(named[1]) if named else "một biến"
        return [f'{variable}: viết dạng JSON, ví dụ ["127.0.0.1"] cho danh sách, {{"a": "b"}} cho bảng']
    if isinstance(error, CryptoError):
        return [f"vòng khóa: {error}"]
    if isinstance(error, PermissionError) and error.filename:
        return [
            f"tài khoản này không được mở {error.filename}: đổi chủ của tệp, "
            "hoặc để tệp ở nơi tài khoản này đọc được"
        ]
    return list(_database(error))


def _settings(error: ValidationError) -> Iterator[str]:
    for one in error.errors(include_url=False, include_context=True, include_input=False):
        kind, context = one["type"], one.get("ctx", {})
        if kind == "literal_error":
            said = f"chỉ nhận {context.get('expected', '')}"
        elif kind == "value_error":
            said = str(context.get("error", one["msg"]))
        else:
            said = _WORDS.get(kind, one["msg"])
        yield f"{_variable(*map(str, one['loc']))}: {said}"


def _variable(*parts: str) -> str:
    """("zalo", "app_id") → MOTCUA_ZALO__APP_ID; DATABASE_URL and REDIS_URL are called so themselves."""
    name = "__".join(parts).upper()
    return name if name.endswith("_URL") and name in ("DATABASE_URL", "REDIS_URL") else f"MOTCUA_{name}"


def _database(error: Exception) -> Iterator[str]:
    from sqlalchemy.exc import ArgumentError, OperationalError

    if isinstance(error, OperationalError):
        first = (str(error.orig).strip().splitlines() or [""])[0]
        yield f"cơ sở dữ liệu không mở được ({first}): xem DATABASE_URL và dịch vụ PostgreSQL"
    elif isinstance(error, ArgumentError):
        yield "DATABASE_URL: viết postgresql://người:mật-khẩu@máy/tên"
    elif isinstance(error, TypeError) and _came_from(error, "sqlalchemy/dialects/postgresql"):
        # A database without an encoding answers in bytes, and SQLAlchemy stumbles over the server's version.
        yield (
            "cơ sở dữ liệu không dùng UTF-8: tạo lại bằng "
            "createdb --owner motcua --encoding UTF8 --template template0 motcua"
        )


def _came_from(error: Exception, package: str) -> bool:
    return any(package in frame.filename for frame in traceback.extract_tb(error.__traceback__))
