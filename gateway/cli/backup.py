"""``motcua backup`` and ``motcua restore``."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from pathlib import Path
from typing import Annotated

import typer

from core.crypto import CryptoError
from core.database import utc_now
from core.settings import settings
from gateway.backup import make as making
from gateway.backup import restore as restoring
from gateway.backup.manifest import BackupBroken
from gateway.cli import app
from gateway.cli.client import known_address
from gateway.cli.problem import Problem
from gateway.keys import read_ring, ring_file


@app.command()
def backup(
    keep: Annotated[int, typer.Option(min=1, help="giữ lại bao nhiêu bản mới nhất")] = 14,
    keys_to: Annotated[
        Path | None, typer.Option(help="chép cả khóa vào thư mục này, ở nơi khác với bản sao lưu")
    ] = None,
) -> None:
    """Sao lưu tất cả trong lúc hệ thống chạy: cơ sở dữ liệu, nội dung, văn bản. Khóa để riêng."""
    configuration = settings()
    if keys_to is not None and keys_to.resolve().is_relative_to(configuration.backups.resolve()):
        raise Problem("khóa không để chung với bản sao lưu: chọn thư mục khác cho --keys-to")
    try:
        made = making.make(configuration, read_ring(configuration), now=utc_now(), told=_tell)
    except (BackupBroken, CryptoError) as error:
        raise Problem(str(error)) from None
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise Problem(
            f"chưa sao lưu được vào {configuration.backups}: {why}. Bản dở đã bỏ, các bản cũ còn nguyên. "
            f"Xem chỗ trống và quyền ghi: df -h {configuration.backups}; đầy thì bỏ bớt bản cũ nhất ở đó "
            "rồi chạy lại"
        ) from None
    if keys_to is not None:
        _copy_keys(keys_to)
    for gone in making.prune(configuration, keep):
        _tell(f"Bỏ bản cũ {gone.name}.")
    print(made)
    if keys_to is None:
        _tell("Khóa không nằm trong bản này. Cất riêng một bản: motcua backup --keys-to <nơi khác>")


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(help="thư mục của bản sao lưu")],
    keys_from: Annotated[Path | None, typer.Option(help="tệp khóa đã cất riêng")] = None,
) -> None:
    """Phục hồi từ một bản sao lưu. Dữ liệu đang có được dời sang một bên, không xóa."""
    configuration = settings()
    if known_address(configuration.model_copy(update={"url": None})) is not None:
        raise Problem("hệ thống đang chạy: dừng 'motcua up' rồi phục hồi")
    if keys_from is not None:
        _put_keys(keys_from)
    elif not ring_file(configuration).exists() and configuration.keys is None:
        raise Problem("ở đây chưa có khóa: cho biết tệp khóa đã cất riêng bằng --keys-from")
    try:
        moved = restoring.restore(configuration, folder, read_ring(configuration), now=utc_now(), told=_tell)
    except (BackupBroken, CryptoError) as error:
        raise Problem(str(error)) from None
    if moved is not None:
        _tell(f"Dữ liệu trước đó nằm ở {moved}: kiểm tra xong thì xóa.")
    print("Đã phục hồi. Khởi động lại bằng: motcua up")


def _copy_keys(folder: Path) -> None:
    source = ring_file(settings())
    if not source.exists():
        _tell("Khóa nằm trong biến MOTCUA_KEYS, không có tệp để chép.")
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"ring-{utc_now():%Y%m%dT%H%M%SZ}.json"
    target.touch(mode=0o600)
    shutil.copyfile(source, target)
    _tell(f"Khóa: {target}")


def _put_keys(file: Path) -> None:
    if not file.is_file():
        raise Problem(f"không có tệp khóa {file}")
    target = ring_file(settings())
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if target.exists():
        target.rename(target.with_name(f"ring-truoc-{utc_now():%Y%m%dT%H%M%SZ}.json"))
    target.touch(mode=0o600)
    shutil.copyfile(file, target)


def _tell(line: str) -> None:
    print(line, file=sys.stderr)
