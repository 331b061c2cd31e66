"""Secrets: long enough, not those of a manual, readable by nobody else. Their values are never shown."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, SecretStr

from core.settings import REPOSITORY, Settings
from gateway.doctor.finding import Finding, Level, fine
from gateway.keys import assistant_file

_SHORTEST = 20
_LETTERS = 8
_KNOWN = (
    "changeme",
    "change-me",
    "secret",
    "password",
    "matkhau",
    "123456",
    "test",
    "motcua",
    "example",
    "admin",
)
# Secrets that we choose ourselves; the others are given out by the provider as they are.
_OURS = ("callback_secret", "secret", "webhook_secret", "webhook_secret_before")
_GIVEN = {("zalo", "webhook_secret"), ("zalo", "webhook_secret_before"), ("speedsms", "secret")}


def weakness_of(secret: str) -> str | None:
    """Why a secret of our own choosing could be guessed; None for a good one."""
    plain = secret.strip().lower()
    if any(plain == word or (plain.startswith(word) and len(plain) < len(word) + 6) for word in _KNOWN):
        return "là chữ ai cũng đoán được"
    if len(secret) < _SHORTEST:
        return f"ngắn hơn {_SHORTEST} ký tự"
    if len(set(secret)) < _LETTERS:
        return "lặp đi lặp lại vài ký tự"
    return None


def secret_findings(settings: Settings) -> Iterator[Finding]:
    weak = False
    for group, name, value in _secrets(settings):
        if name not in _OURS or (group, name) in _GIVEN:
            continue
        if (why := weakness_of(value)) is not None:
            weak = True
            variable = f"MOTCUA_{group.upper()}__{name.upper()}"
            yield Finding(
                f"secret.{group}.{name}", Level.BAD, f"{variable} {why}",
                "đặt lại bằng: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
            )  # fmt: skip
    if not weak:
        yield fine("secret.strength", "Bí mật tự đặt đều đủ dài và khó đoán.")
    yield from _files(settings)


def _secrets(settings: Settings) -> Iterator[tuple[str, str, str]]:
    for group in type(settings).model_fields:
        value = getattr(settings, group)
        if not isinstance(value, BaseModel):
            continue
        for name in type(value).model_fields:
            secret = getattr(value, name)
            if isinstance(secret, SecretStr) and secret.get_secret_value():
                yield group, name, secret.get_secret_value()


def _files(settings: Settings) -> Iterator[Finding]:
    ring = settings.data_dir / "keys" / "ring.json"
    private = [
        ring,
        ring.parent / "master.key",
        assistant_file(settings),
        settings.run_dir / "gateway.json",
        REPOSITORY / ".env",
    ]
    open_ = [path for path in private if path.exists() and _others_read(path)]
    for path in open_:
        yield Finding(
            "secret.file", Level.BAD, f"{path} người khác trên máy này đọc được", f"chạy: chmod 600 {path}"
        )
    if settings.data_dir.exists() and _others_read(settings.data_dir):
        yield Finding(
            "secret.folder", Level.WEAK, f"{settings.data_dir} người khác trên máy này vào xem được",
            f"chạy: chmod 700 {settings.data_dir}",
        )  # fmt: skip
    elif not open_:
        yield fine("secret.files", "Tệp khóa và thư mục dữ liệu chỉ chủ của chúng đọc được.")
    if settings.keys is None and settings.master_key is None and ring.exists():
        yield Finding(
            "secret.ring", Level.WEAK, "Khóa mã hóa nằm cùng đĩa với dữ liệu và không được bọc",
            "đặt MOTCUA_MASTER_KEY=file:/đường/dẫn/khác rồi chạy: motcua ring seal",
        )  # fmt: skip


def _others_read(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
