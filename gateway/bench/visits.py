"""Which pages there are, with real names filled in: taken from the application's own table of routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from fastapi import FastAPI
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.models import Handover, HandoverStatus, UnansweredGroup
from core.calendar import local_day
from core.content import ContentStatus, ContentVersion
from core.database import utc_now
from dossiers.deadline_models import Extension
from dossiers.models import Complaint, Dossier
from feedback.case_models import OpinionCase
from gateway.bench.office import PROVINCE, Office
from gateway.route_table import routes_of
from knowledge.models import CatalogueRecord
from notifications.desk_models import Campaign
from people.models import Role
from people.permissions import ROLE_PERMISSIONS, Permission
from people.person_requests import PersonRequest

_EACH = 5
"""How many of a kind are looked at by turns."""
_NO_PAGES = ("/v1/", "/webhooks/", "/static/", "/console/static/", "/healthz", "/readyz", "/metrics")
_LEFT_OUT = {
    "/console/kenh/zalo/mo": "leads to Zalo",
    "/console/kenh/zalo/xong": "comes from Zalo",
    "/console/phan-anh/{complaint_id}/anh/{photo_id}": "a photo",
    "/chat/poll": "waits for news",
    "/chat/khung/poll": "waits for news",
    "/p/{code}/giay-to/{token}": "somebody's own list",
    "/p/{code}/giay-to/{token}.pdf": "somebody's own list",
}
_NOBODY = "khong-co"


@dataclass(frozen=True)
class Visitor:
    """A role in a unit: the whole province, where everything is seen, or one ward. None is a citizen."""

    name: str
    role: Role | None = None
    unit: str = PROVINCE

    def may(self, permission: Permission | None) -> bool:
        return permission is None or (self.role is not None and permission in ROLE_PERMISSIONS[self.role])


CITIZEN = Visitor("người dân")


def staff_visitors(office: Office) -> list[Visitor]:
    ward = office.code(1)
    whole = [Visitor(role.value, role) for role in Role]
    return [
        *whole,
        *(
            Visitor(f"{role.value} of a ward", role, ward)
            for role in (Role.OFFICER, Role.HEAD_OF_UNIT, Role.WARD_EDITOR)
        ),
    ]


@dataclass(frozen=True)
class Page:
    """``name`` as in the table of routes, with its query; ``paths``: real ones, visited by turns."""

    name: str
    paths: Sequence[str]
    permission: Permission | None

    @property
    def of_staff(self) -> bool:
        return self.name.startswith("/console")

    def open_to(self, visitor: Visitor) -> bool:
        """A page of one thing is looked at by whoever sees the whole province: in a ward it may be hidden."""
        if self.of_staff == (visitor.role is None):
            return False
        return visitor.may(self.permission) and (visitor.unit == PROVINCE or "{" not in self.name)


async def pages_of(app: FastAPI, session: AsyncSession) -> tuple[list[Page], dict[str, str]]:
    """Every page that there is, and those left out with the reason."""
    pages, left_out = [], {}
    for route in routes_of(app):
        if "GET" not in route.methods or route.path.startswith(_NO_PAGES):
            continue
        if why := _LEFT_OUT.get(route.path):
            left_out[route.path] = why
            continue
        permission = route.permission
        if "{" not in route.path:
            pages.append(Page(route.path, [route.path], permission))
            pages += [
                Page(f"{route.path}?{query}", [f"{route.path}?{query}"], permission)
                for query in _queries().get(route.path, ())
            ]
        elif names := await _names(session, route.path):
            before, _, rest = route.path.partition("{")
            after = rest.partition("}")[2]
            pages.append(Page(route.path, [f"{before}{name}{after}" for name in names], permission))
        else:
            left_out[route.path] = "nothing of the kind is there"
    return pages, left_out


async def _names(session: AsyncSession, path: str) -> list[str]:
    known = _details().get(path)
    if known is None:
        return []
    if isinstance(known, Select):
        return [str(one) for one in await session.scalars(known.limit(_EACH))]
    return list(known)


def _details() -> Mapping[str, Select[str] | Sequence[str]]:
    """By route, where the names in it come from."""
    waiting = select(Handover.id).where(Handover.status == HandoverStatus.WAITING).order_by(Handover.id)
    live = select(ContentVersion.key).where(ContentVersion.status == ContentStatus.PUBLISHED)
    procedures = live.where(ContentVersion.kind == "procedures").order_by(ContentVersion.key)
    letters = select(Extension.id).order_by(Extension.id)
    records = select(CatalogueRecord.code).order_by(CatalogueRecord.code)
    unit = [Office().code(1)]
    return {
        "/console/ho-so/{code}": select(Dossier.code).order_by(Dossier.id.desc()),
        "/console/tro-chuyen/{handover_id}": waiting,
        "/console/tro-chuyen/{handover_id}/luot": waiting,
        "/console/phan-anh/{complaint_id}": select(Complaint.id).order_by(Complaint.id),
        "/console/viec-y-kien/{case_id}": select(OpinionCase.id).order_by(OpinionCase.id),
        "/console/chua-tra-loi/{key}": select(UnansweredGroup.key).order_by(UnansweredGroup.key),
        "/console/dot-tin/{campaign_id}": select(Campaign.id).order_by(Campaign.id),
        "/console/mau-tin/{event}": ["received"],
        "/console/noi-dung/sua/{key:path}": procedures,
        "/console/noi-dung/hoi-thu/{key:path}": procedures,
        "/console/noi-dung/thu/{key:path}": procedures,
        "/console/noi-dung/so-quoc-gia/{key:path}": procedures,
        "/console/xin-loi/{letter_id}": letters,
        "/console/du-lieu-ca-nhan/{request_id}": select(PersonRequest.id).order_by(PersonRequest.id),
        "/console/y-kien/bieu-do/{name}.svg": ["months"],
        "/console/y-kien/bao-cao.{kind}": ["docx"],
        "/p/{code}": records,
        "/p/{code}.pdf": records,
        "/p/{code}/giay-to": records,
        "/su-kien/{identifier}": ["sinh-con"],
        "/minh-bach/bieu-do/{name}.svg": ["months"],
        "/y-kien/{code}": unit,
        "/y-kien/{code}/cho-doi": unit,
        "/ban-cham/{code}": unit,
        "/ban-cham/{code}/cho-doi": unit,
        "/k/{token}": [_NOBODY],
        "/t/{token}": [_NOBODY],
    }


def _queries() -> Mapping[str, Sequence[str]]:
    """What else is asked of a page often: what is done already, a search, another day."""
    today = local_day(utc_now())
    past = today - timedelta(days=400)
    return {
        "/console/phan-anh": ["tat_ca=1", f"tat_ca=1&tu={past}&den={today}"],
        "/console/viec-y-kien": ["xong=1"],
        "/console/viec-bao-tin": ["xong=1"],
        "/console/du-lieu-ca-nhan": ["xong=1"],
        "/console/chua-tra-loi": ["loai=mended"],
        "/console/sap-tre": ["ngay=20"],
        "/console/ho-so": ["ma=H98.02-200101-00000001"],
        "/console/quay": ["noi=làm+giấy+khai+sinh+cho+con"],
        "/console/hen-gio": [f"ngay={past}"],
        "/console/noi-dung": ["loai=messages", "q=khai+sinh"],
        "/console/van-ban": ["q=luat"],
        "/console/can-xem-lai": ["loai=stale"],
        "/console/nhat-ky": [
            "actor=can.bo.00001",
            "actor=khong.ai.ca",
            "action=personal_data",
            f"tu={past}&den={past}",
            "subject=dossier:H98.02-200101-00000001",
        ],
        "/hen": [f"unit={Office().name(1)}"],
    }
