"""What has to be kept up: backups, disk, clock, calendar, keys of machines."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from core.settings import Settings
from gateway.backup.manifest import newest
from gateway.doctor.finding import Finding, Level, fine
from people.models import ApiKey

_BACKUP_OLD = timedelta(hours=26)
_FREE_SHARE, _FREE_BYTES = 0.10, 2 * 1024**3
_KEY_SOON = timedelta(days=14)
_KEEPERS = ("/run/systemd/timesync/synchronized", "/run/chrony", "/run/ntpd.pid")
_NEXT_YEAR_MONTH = 11
"""The plan of the next year's holidays is published late in the year before."""


def backup_findings(settings: Settings, now: datetime) -> Iterator[Finding]:
    found = newest(settings.backups)
    if found is None:
        yield Finding(
            "backup.none", Level.BAD, f"Chưa có bản sao lưu nào trong {settings.backups}",
            "chạy ngay: motcua backup; mỗi đêm: systemctl enable --now motcua-backup.timer",
        )  # fmt: skip
        return
    age = now - found.made_at
    if age > _BACKUP_OLD:
        hours = int(age.total_seconds() // 3600)
        yield Finding(
            "backup.old",
            Level.BAD,
            f"Bản sao lưu mới nhất đã {hours} giờ",
            "xem vì sao đêm qua không xong: journalctl -u motcua-backup",
        )
    else:
        yield fine("backup", f"Sao lưu lúc {found.made_at:%d/%m/%Y %H:%M} UTC.")
    if settings.backups.exists() and same_disk(settings.backups, settings.data_dir):
        yield Finding(
            "backup.disk", Level.WEAK, "Bản sao lưu nằm cùng đĩa với dữ liệu",
            "đặt MOTCUA_BACKUP_DIR ở đĩa khác hoặc chép sang máy khác",
        )  # fmt: skip


def same_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


def disk_finding(folder: Path, usage: tuple[int, int, int] | None = None) -> Finding:
    """``usage``: total, used and free bytes, read from the disk unless given."""
    total, _, free = usage or shutil.disk_usage(folder)
    gigabytes = free / 1024**3
    if free < _FREE_BYTES or free < total * _FREE_SHARE:
        return Finding(
            "disk", Level.BAD, f"Đĩa của {folder} chỉ còn {gigabytes:.1f} GB",
            "dọn bớt nhật ký, bản sao lưu cũ, hoặc thêm đĩa; hết đĩa thì không nhận được sự kiện nào nữa",
        )  # fmt: skip
    return fine("disk", f"Đĩa còn {gigabytes:.0f} GB.")


def clock_findings(now: datetime, last_event: datetime | None, server: datetime | None) -> Iterator[Finding]:
    """``last_event``: the newest moment that was ever written; ``server``: the database's own clock."""
    if last_event is not None and last_event > now + timedelta(minutes=2):
        yield Finding(
            "clock.back", Level.BAD, "Đồng hồ máy chậm hơn lúc ghi sự kiện gần nhất",
            "bật đồng bộ giờ (systemd-timesyncd, chrony) rồi khởi động lại",
        )  # fmt: skip
    elif server is not None and abs(server - now) > timedelta(seconds=5):
        yield Finding(
            "clock.apart", Level.BAD, "Đồng hồ máy này và máy cơ sở dữ liệu lệch nhau quá 5 giây",
            "bật đồng bộ giờ trên cả hai máy",
        )  # fmt: skip
    else:
        yield fine("clock", f"Giờ máy: {now:%d/%m/%Y %H:%M} UTC.")
    if not any(
        Path(p).exists() for p in ("/run/systemd/timesync/synchronized", "/run/chrony", "/run/ntpd.pid")
    ):
        yield Finding(
            "clock.sync", Level.NOTE, "Không thấy dịch vụ đồng bộ giờ trên máy này",
            "bật systemd-timesyncd hoặc chrony, trừ khi máy chủ vật lý bên ngoài đã lo",
        )  # fmt: skip


def calendar_finding(today: date, confirmed: set[int]) -> Finding:
    """``confirmed``: the years whose official plan of holidays has been entered."""
    if today.year not in confirmed:
        return Finding(
            "calendar.now", Level.BAD, f"Lịch nghỉ năm {today.year} chưa đối chiếu với thông báo chính thức",
            f"sửa calendar/{today.year}.yaml rồi đặt confirmed: true",
        )  # fmt: skip
    if today.month >= _NEXT_YEAR_MONTH and today.year + 1 not in confirmed:
        return Finding(
            "calendar.next", Level.WEAK,
            f"Lịch nghỉ năm {today.year + 1} chưa được đối chiếu: ngày hẹn qua Tết có thể sai",
            f"sửa calendar/{today.year + 1}.yaml khi có thông báo, rồi đặt confirmed: true",
        )  # fmt: skip
    return fine("calendar", "Lịch làm việc đã được đối chiếu.")


def key_findings(keys: Sequence[ApiKey], now: datetime) -> Iterator[Finding]:
    alive = [key for key in keys if key.revoked_at is None and not (key.expires_at and key.expires_at <= now)]
    for key in alive:
        if key.expires_at is None:
            yield Finding(
                f"key.{key.name}", Level.WEAK, f"Khóa '{key.name}' không có hạn",
                f"đổi bằng: motcua keys rotate '{key.name}'",
            )  # fmt: skip
        elif key.expires_at - now < _KEY_SOON:
            yield Finding(
                f"key.{key.name}", Level.WEAK, f"Khóa '{key.name}' hết hạn ngày {key.expires_at:%d/%m/%Y}",
                f"đổi bằng: motcua keys rotate '{key.name}'",
            )  # fmt: skip
    if not alive:
        yield Finding(
            "key.none", Level.NOTE, "Chưa có khóa nào cho phần mềm một cửa",
            "motcua keys create 'phần mềm một cửa' --scope events:write",
        )  # fmt: skip
