"""Draws the staff's pages: one layout, navigation by job, only the jobs that one may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.text.spell import spell_date
from gateway.console.doors import FORM_FIELD, AtConsole
from gateway.console.help import help_for
from gateway.console.words import CHANNEL_WORDS
from gateway.public.assets import Assets
from gateway.public.site import Site
from people.permissions import ROLE_NAMES, Permission

HERE = Path(__file__).parent
STATIC_PREFIX = "/console/static/"


@dataclass(frozen=True)
class Job:
    """One line of the navigation: what somebody comes to do. ``group`` is its heading."""

    title: str
    path: str
    permission: Permission | None
    group: str


# In the order of a working day. A page adds its job here, and is found by whoever may do it.
JOBS: tuple[Job, ...] = (
    Job("Việc hôm nay", "/console", None, "Hằng ngày"),
    Job("Đầu giờ: trễ hẹn, chờ ký", "/console/dau-gio", Permission.MORNING, "Hằng ngày"),
    Job("Người dân đang chờ", "/console/tro-chuyen", Permission.CONVERSATIONS, "Hằng ngày"),
    Job("Duyệt câu trả lời", "/console/duyet-tra-loi", Permission.CONVERSATIONS, "Hằng ngày"),
    Job("Tại quầy", "/console/quay", Permission.COUNTER, "Hằng ngày"),
    Job("Nhận tin, ngừng nhận tin", "/console/nhan-tin", Permission.COUNTER, "Hằng ngày"),
    Job("Hẹn giờ", "/console/hen-gio", Permission.APPOINTMENTS, "Hằng ngày"),
    Job("Phản ánh, khiếu nại", "/console/phan-anh", Permission.COMPLAINTS, "Hằng ngày"),
    Job("Ý kiến cần sửa ngay", "/console/viec-y-kien", Permission.CASES, "Hằng ngày"),
    Job("Tra hồ sơ", "/console/ho-so", Permission.DOSSIERS, "Hồ sơ"),
    Job("Sắp trễ hẹn", "/console/sap-tre", Permission.DOSSIERS, "Hồ sơ"),
    Job("Báo tin bằng tay", "/console/viec-bao-tin", Permission.TASKS, "Hồ sơ"),
    Job("Dữ liệu của người dân", "/console/du-lieu-ca-nhan", Permission.PERSON_REQUESTS, "Hồ sơ"),
    Job("Mẫu tin", "/console/mau-tin", Permission.TEMPLATES, "Tin báo"),
    Job("Đợt tin tuyên truyền", "/console/dot-tin", Permission.CAMPAIGNS, "Tin báo"),
    Job("Phiếu giấy, mã QR tại quầy", "/console/phieu-giay", Permission.COUNTER, "Ý kiến"),
    Job("Chấm điểm hồ sơ, chín chỉ số", "/console/cham-diem", Permission.COUNTER, "Ý kiến"),
    Job("Ý kiến người dân", "/console/y-kien", Permission.OPINION, "Ý kiến"),
    Job("Câu hỏi chưa trả lời được", "/console/chua-tra-loi", Permission.UNANSWERED, "Nội dung"),
    Job("Nội dung trả lời", "/console/noi-dung", Permission.CONTENT_READ, "Nội dung"),
    Job("Văn bản căn cứ", "/console/van-ban", Permission.CONTENT_READ, "Nội dung"),
    Job("Nội dung cần xem lại", "/console/can-xem-lai", Permission.CONTENT_READ, "Nội dung"),
    Job("Kênh gửi tin", "/console/kenh", Permission.CHANNELS, "Quản trị"),
    Job("Tài khoản và vai trò", "/console/tai-khoan", Permission.ACCOUNTS, "Quản trị"),
    Job("Nhật ký", "/console/nhat-ky", Permission.AUDIT, "Quản trị"),
    Job("Hướng dẫn", "/console/huong-dan", None, "Của tôi"),
    Job("Mật khẩu của tôi", "/console/mat-khau", None, "Của tôi"),
)


class ConsolePages:
    def __init__(self, assets: Assets, site: Site, *, timezone: str = "Asia/Ho_Chi_Minh") -> None:
        self.own = Assets(HERE / "static", prefix=STATIC_PREFIX)
        self.zone = ZoneInfo(timezone)
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            asset=assets.url, own=self.own.url, site=site, role_names=ROLE_NAMES, form_field=FORM_FIELD
        )
        self._environment.filters.update(
            moment=self._moment,
            hour=lambda moment: f"{self._local(moment):%H:%M}",
            dong=lambda amount: f"{amount:,} đồng".replace(",", "."),
            channel=lambda name: CHANNEL_WORDS.get(name, name),
            iso_moment=lambda value: self._moment(datetime.fromisoformat(value)),
            day=lambda value: spell_date(self._local(value).date()),
        )

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def _moment(self, moment: datetime) -> str:
        return f"{self._local(moment):%H:%M %d/%m/%Y}"

    def text(self, template: str, **context: Any) -> str:
        """A piece of a page, for htmx."""
        return self._environment.get_template(template).render(**context)

    def page(
        self, request: Request, template: str, at: AtConsole | None, *, status: int = 200, **context: Any
    ) -> HTMLResponse:
        """A whole page; never kept by any cache."""
        body = self.text(
            template,
            at=at,
            jobs=jobs_for(at),
            here=request.url.path,
            form_token=at.form_token if at else "",
            help=help_for(request.url.path) if at else None,
            **context,
        )
        return HTMLResponse(body, status, headers={"Cache-Control": "no-store"})


def jobs_for(at: AtConsole | None) -> list[tuple[str, Sequence[Job]]]:
    """Headings with the jobs that somebody may do."""
    if at is None:
        return []
    groups: dict[str, list[Job]] = {}
    for job in JOBS:
        if job.permission is None or at.actor.may(job.permission):
            groups.setdefault(job.group, []).append(job)
    return list(groups.items())
