"""The whole examination of a deployment, whatever its state: what cannot be looked at is a finding too."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from redis.asyncio import Redis
from sqlalchemy import func, select, text

from core.calendar import local_day
from core.calendar_year import parse_calendar_year
from core.content import published
from core.crypto import CryptoError
from core.database import Database, utc_now
from core.events import Event
from core.settings import Settings
from gateway import schema
from gateway.doctor import inner_doors, outside, secrets, sign_in, upkeep, variables
from gateway.doctor.finding import Finding, Level, fine
from gateway.keys import activate_keys
from gateway.providers import make_providers
from gateway.province import sign_in_by_province
from gateway.staleness import look
from knowledge.search.encoder import open_encoder
from notifications.lanes import Lane
from notifications.queue_repository import queues
from people import person_request_repository
from people.accounts_repository import all_staff, count_with_province_account
from people.repository import api_keys

_SECONDS = 5.0
_PLANNING_SECONDS, _SENDING_SECONDS = 120.0, 300.0
"""As in the alarms PlannerBehind and NoticesLate: who comes because of one is not told that all is well."""


async def examine(settings: Settings) -> list[Finding]:
    """Everything, what belongs together side by side."""
    now = utc_now()
    found: list[Finding] = [
        *outside.address_findings(settings),
        *outside.line_findings(settings),
        *outside.sample_findings(settings),
        *outside.webhook_findings(settings),
        *variables.variable_findings(os.environ),
        *secrets.secret_findings(settings),
        *inner_doors.secret_findings(settings),
        *sign_in.oidc_settings_findings(settings),
        *upkeep.backup_findings(settings, now),
    ]
    if settings.data_dir.exists():
        found.append(upkeep.disk_finding(settings.data_dir))
        if settings.backups.exists() and not upkeep.same_disk(settings.backups, settings.data_dir):
            found.append(upkeep.disk_finding(settings.backups))
    if settings.redis_url:
        found.append(await _redis(settings.redis_url))
    found.append(_encoder(settings))
    found += await inner_doors.door_findings(settings)
    try:
        activate_keys(settings)
    except CryptoError as error:
        return [
            *found,
            Finding("ring", Level.BAD, f"Không mở được vòng khóa: {error}", "xem MOTCUA_MASTER_KEY"),
        ]
    return [*found, *await _database(settings, now)]


async def _redis(url: str) -> Finding:
    client, parts = Redis.from_url(url), urlsplit(url)
    try:
        async with asyncio.timeout(_SECONDS):
            await client.ping()
    except Exception as error:
        return Finding(
            "redis", Level.BAD, f"Không gọi được Redis ({type(error).__name__})",
            "xem REDIS_URL và dịch vụ Redis; thiếu nó nhiều máy không chia việc được, dữ liệu thì không mất",
        )  # fmt: skip
    finally:
        await client.aclose()
    if parts.password is None and parts.scheme != "unix":
        return Finding(
            "redis.password", Level.WEAK if outside.leaves(parts) else Level.NOTE,
            "Redis trả lời ai gọi tới cũng được: trong đó có câu hỏi đang dở, đã che số",
            "đặt requirepass trong redis.conf, rồi REDIS_URL=redis://:mật-khẩu@…",
        )  # fmt: skip
    return fine("redis", "Redis trả lời, và chỉ trả lời ai có mật khẩu.")


def _encoder(settings: Settings) -> Finding:
    """``open_encoder`` gives none where the package is away or its files are not the ones we know by hash."""
    if not settings.encoder:
        return Finding(
            "encoder", Level.NOTE, "Tìm theo nghĩa đang tắt (MOTCUA_ENCODER)", "bật lại nếu máy đủ sức"
        )
    if open_encoder() is None:
        return Finding(
            "encoder", Level.WEAK, "Bộ tìm theo nghĩa chưa cài, hoặc tệp của nó không đúng bản đã biết",
            "chạy: make install; trợ lý vẫn tìm theo chữ",
        )  # fmt: skip
    return fine("encoder", "Bộ tìm theo nghĩa đúng bản.")


async def _database(settings: Settings, now: datetime) -> list[Finding]:
    try:
        revision = await asyncio.to_thread(schema.current_revision, settings.database)
    except Exception as error:
        return [
            Finding(
                "database", Level.BAD, f"Không mở được cơ sở dữ liệu ({type(error).__name__})",
                "xem DATABASE_URL, dịch vụ PostgreSQL, quyền trên thư mục dữ liệu",
            )
        ]  # fmt: skip
    if revision != schema.newest_revision():
        return [
            Finding(
                "database.schema", Level.BAD, "Cơ sở dữ liệu chưa ở bản mới nhất",
                "sao lưu (motcua backup) rồi khởi động lại: motcua up",
            )
        ]  # fmt: skip
    database = Database(settings.database)
    try:
        return [fine("database", "Cơ sở dữ liệu ở bản mới nhất."), *await _inside(settings, database, now)]
    finally:
        await database.dispose()


async def _inside(settings: Settings, database: Database, now: datetime) -> list[Finding]:
    async with database.reading() as session:
        last = await session.scalar(select(func.max(Event.recorded_at)))
        server = None if database.is_sqlite else await session.scalar(text("SELECT now()"))
        keys = await api_keys(session)
        documents = await published(session)
        waiting = await queues(session, now)
        staff = await all_staff(session)
        linked = await count_with_province_account(session)
        late = await person_request_repository.late(session, local_day(now))
    years = [parse_calendar_year(one.text, one.key) for one in documents if one.kind == "calendar"]
    providers = make_providers(settings, database)
    try:
        channels = list(outside.channel_findings(providers))
    finally:
        await providers.close()
    return [
        *channels,
        *upkeep.clock_findings(now, last, server.astimezone(UTC) if server else None),
        upkeep.calendar_finding(local_day(now), {year.year for year in years if year.confirmed}),
        *upkeep.key_findings(keys, now),
        *_work(
            planning=waiting.unplanned.age(now),
            sending=max(waiting.due[lane].age(now) for lane in (Lane.URGENT, Lane.STATUTORY)),
        ),
        *_accounts([one.second_factor_due and one.totp_secret is None for one in staff if one.active]),
        *await _province(settings, linked),
        _requests(len(late)),
        await _stale(database, now),
    ]


def _work(*, planning: float, sending: float) -> Iterator[Finding]:
    """``planning``, ``sending``: seconds that the first dossier event, the first notice waits."""
    late = {
        "planner": (planning, _PLANNING_SECONDS, "Sự kiện hồ sơ"),
        "worker": (sending, _SENDING_SECONDS, "Tin đến giờ gửi"),
    }
    for process, (waited, most, what) in late.items():
        if waited > most:
            yield Finding(
                process, Level.BAD, f"{what} đã chờ {int(waited // 60)} phút mà chưa ai làm",
                f"xem logs/{process}.log; treo hay không rõ vì sao thì chạy: systemctl restart motcua",
            )  # fmt: skip
    if all(waited <= most for waited, most, _ in late.values()):
        yield fine("worker", "Không có việc nào chờ quá lâu.")


def _accounts(not_enrolled: list[bool]) -> Iterator[Finding]:
    if not not_enrolled:
        yield Finding(
            "accounts", Level.WEAK, "Chưa có tài khoản cán bộ nào",
            "motcua staff add TÊN --name 'Họ tên' --unit MÃ --role administrator",
        )  # fmt: skip
    elif any(not_enrolled):
        yield Finding(
            "accounts.factor", Level.NOTE, f"{sum(not_enrolled)} tài khoản chưa đặt lớp xác thực thứ hai",
            "họ được yêu cầu đặt khi đăng nhập lần tới, nếu vai trò cần",
        )  # fmt: skip


async def _province(settings: Settings, linked: int) -> list[Finding]:
    client = sign_in_by_province(settings)
    if client is None:
        return []
    try:
        return [await sign_in.oidc_server_finding(client, linked=linked)]
    finally:
        await client.close()


def _requests(late: int) -> Finding:
    if late:
        return Finding(
            "person.late", Level.BAD, f"{late} yêu cầu về dữ liệu cá nhân đã quá hạn của luật",
            "phụ trách đơn vị mở /console/du-lieu-ca-nhan",
        )  # fmt: skip
    return fine("person", "Không yêu cầu nào về dữ liệu cá nhân bị quá hạn.")


async def _stale(database: Database, now: datetime) -> Finding:
    found = await look(database, local_day(now))
    if found:
        return Finding(
            "law", Level.WEAK, f"{len(found)} thủ tục có căn cứ hết hiệu lực hoặc số liệu đã cũ",
            "xem: motcua content stale",
        )  # fmt: skip
    return fine("law", "Không thủ tục nào dựa vào văn bản đã hết hiệu lực.")
