"""The exchange envelope of the national public service portal.

``DongBoHoSoMC`` carries whole dossiers, ``CapNhatTienDoHoSoMC`` steps of known ones. Times are written
yyyyMMddHHmmss in the time of Vietnam. The portal sends no event id: an item is known by the sha256 of its
service, dossier code, status and time.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from core.calendar import LOCAL
from dossiers.cloudevents import BATCH_LIMIT
from dossiers.event import DossierEvent, digest_of, read_data, warnings_about
from dossiers.problems import EventsRefused, Problem
from dossiers.vocabularies import DossierEventType, NationalStatus

SYNC_DOSSIER = "DongBoHoSoMC"
UPDATE_PROGRESS = "CapNhatTienDoHoSoMC"

_TYPES = {
    NationalStatus.REGISTERED: DossierEventType.REGISTERED,
    NationalStatus.RECEIVED: DossierEventType.RECEIVED,
    NationalStatus.NOT_ACCEPTED: DossierEventType.NOT_ACCEPTED,
    NationalStatus.PROCESSING: DossierEventType.PROCESSING,
    NationalStatus.SUPPLEMENT_REQUESTED: DossierEventType.SUPPLEMENT_REQUESTED,
    NationalStatus.FINANCIAL_DUTY: DossierEventType.FINANCIAL_DUTY,
    NationalStatus.WITHDRAWN: DossierEventType.WITHDRAWN,
    NationalStatus.STOPPED: DossierEventType.STOPPED,
    NationalStatus.RESULT_READY: DossierEventType.RESULT_READY,
    NationalStatus.RETURNED: DossierEventType.RETURNED,
}
_CHANNELS = {"1": "counter", "2": "online", "3": "post"}
_BY_POST = "1"  # HinhThuc: 0 direct, 1 by post
# Which national field a problem in our own field came from.
_NAMES = {
    SYNC_DOSSIER: {
        "dossier_code": "MaHoSo", "procedure_code": "MaTTHC", "procedure_name": "TenTTHC",
        "field": "TenLinhVuc", "unit": "DonViXuLy", "received_at": "NgayTiepNhan", "due_at": "NgayHenTra",
        "occurred_at": "NgayTiepNhan", "reason": "GhiChu", "fees": "DanhSachLePhi",
        "items": "DanhSachHoSoBoSung", "applicant.name": "ChuHoSo", "applicant.phone": "SoDienThoai",
        "applicant.email": "Email", "data": "(hồ sơ)",
    },
    UPDATE_PROGRESS: {
        "dossier_code": "MaHoSo", "officer": "NguoiXuLy", "occurred_at": "ThoiDiemXuLy",
        "reason": "NoiDungXuLy", "unit": "PhongBanXuLy",
    },
}  # fmt: skip


def read_national(body: dict[str, Any], *, code_pattern: str) -> list[DossierEvent]:
    """Typed events in their order; raises ``EventsRefused`` with every error of every item."""
    service = body.get("service")
    if not isinstance(service, str) or service not in _NAMES:
        raise EventsRefused([_whole("service", "dịch vụ không nhận ở đây", f"dùng {' hoặc '.join(_NAMES)}")])
    items = body.get("data")
    if not isinstance(items, list) or not items:
        raise EventsRefused([_whole("data", "phải là danh sách hồ sơ", "gửi ít nhất một hồ sơ")])
    if len(items) > BATCH_LIMIT:
        raise EventsRefused(
            [_whole("data", f"{len(items)} hồ sơ trong một lần", f"gửi tối đa {BATCH_LIMIT}")]
        )
    events: list[DossierEvent] = []
    problems: list[Problem] = []
    for index, item in enumerate(items):
        event, found = _read_item(service, item, index, code_pattern)
        problems += found
        if event is not None:
            events.append(event)
    if problems:
        raise EventsRefused(problems)
    return events


def _read_item(
    service: str, item: Any, index: int, code_pattern: str
) -> tuple[DossierEvent | None, list[Problem]]:
    if not isinstance(item, dict):
        return None, [
            Problem(
                index=index,
                field="data",
                problem="phải là một nhóm trường",
                remedy="gửi mỗi hồ sơ trong dấu ngoặc nhọn { }",
            )
        ]
    status_field = "TrangThaiHoSo" if service == SYNC_DOSSIER else "TrangThai"
    time_field = "NgayTiepNhan" if service == SYNC_DOSSIER else "ThoiDiemXuLy"
    problems: list[Problem] = []
    kind = _kind(item, status_field, index, problems)
    times = _Times(item, index, problems)
    if service == SYNC_DOSSIER:
        raw = _dossier(item, times)
        happened = _happened(times, kind)
        raw["occurred_at"] = happened or raw["occurred_at"]
    else:
        raw = _progress(item, times)
        happened = raw["occurred_at"]
    data, found = read_data(raw, index=index, code_pattern=code_pattern)
    known = {problem.field for problem in problems}
    for problem in found:
        name = _NAMES[service].get(problem.field, problem.field)
        if name not in known:
            known.add(name)
            problems.append(problem.model_copy(update={"field": name}))
    if data is None or kind is None or problems:
        return None, problems
    identity = "\0".join(
        (service, data.dossier_code, str(item.get(status_field)).strip(), str(item.get(time_field)).strip())
    )
    return (
        DossierEvent(
            type=kind,
            source=f"dvcqg:{service}",
            external_id=hashlib.sha256(identity.encode()).hexdigest(),
            data=data,
            as_posted=digest_of(item),
            warnings=warnings_about(kind, data, raw, index=index),
            time_known=happened is not None,
        ),
        [],
    )


def _kind(item: dict[str, Any], name: str, index: int, problems: list[Problem]) -> DossierEventType | None:
    try:
        kind = _TYPES[NationalStatus(int(str(item.get(name, "")).strip()))]
    except ValueError:
        problems.append(
            Problem(
                index=index,
                field=name,
                problem="không phải trạng thái từ 1 đến 10",
                remedy="ghi một số từ 1 đến 10 theo danh mục của Cổng Dịch vụ công quốc gia",
            )
        )
        return None
    if kind is DossierEventType.RETURNED and str(item.get("HinhThuc", "")).strip() == _BY_POST:
        return DossierEventType.POSTED
    return kind


class _Times:
    """Reads the portal's times; one that cannot be read becomes a problem under its own name."""

    def __init__(self, item: dict[str, Any], index: int, problems: list[Problem]) -> None:
        self._item, self._index, self._problems = item, index, problems

    def __call__(self, name: str) -> str | None:
        text = str(self._item.get(name) or "").strip()
        if not text or any(problem.field == name for problem in self._problems):
            return None
        try:
            return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=LOCAL).isoformat()
        except ValueError:
            self._problems.append(
                Problem(
                    index=self._index,
                    field=name,
                    problem="không phải ngày giờ đọc được",
                    remedy="viết yyyyMMddHHmmss theo giờ Việt Nam, ví dụ 20261120083000",
                )
            )
            return None


def _happened(times: _Times, kind: DossierEventType | None) -> str | None:
    """When the step was taken. The portal has times of its own only for reception, end and return."""
    if kind in (DossierEventType.RECEIVED, DossierEventType.REGISTERED):
        return times("NgayTiepNhan")
    if kind is DossierEventType.RESULT_READY:
        return times("NgayKetThucXuLy")
    if kind in (DossierEventType.RETURNED, DossierEventType.POSTED):
        return times("NgayTra")
    return None


def _dossier(item: dict[str, Any], times: _Times) -> dict[str, Any]:
    received = times("NgayTiepNhan")
    return {
        "dossier_code": item.get("MaHoSo"),
        "procedure_code": item.get("MaTTHC"),
        "procedure_name": item.get("TenTTHC"),
        "field": item.get("TenLinhVuc") or item.get("MaLinhVuc"),
        "unit": item.get("DonViXuLy"),
        "applicant": {
            "name": item.get("ChuHoSo"),
            "phone": item.get("SoDienThoai"),
            "email": item.get("Email"),
            "identity_number": str(item.get("MaDoiTuong") or ""),
        },
        "received_at": received,
        "due_at": times("NgayHenTra"),
        "occurred_at": received,
        "channel": _CHANNELS.get(str(item.get("KenhThucHien", "")).strip()),
        "items": _supplements(item.get("DanhSachHoSoBoSung")),
        "fees": _fees(item.get("DanhSachLePhi")),
        "reason": item.get("GhiChu"),
    }


def _progress(item: dict[str, Any], times: _Times) -> dict[str, Any]:
    """NgayKetThucTheoQuyDinh is left out: it is the end of this step, not the date on the slip."""
    return {
        "dossier_code": item.get("MaHoSo"),
        "officer": item.get("NguoiXuLy"),
        "occurred_at": times("ThoiDiemXuLy"),
        "reason": item.get("NoiDungXuLy"),
    }


def _fees(rows: Any) -> list[dict[str, Any]]:
    if not isinstance(rows, list):
        return []
    return [
        {"name": row.get("TenPhiLePhi") or "Phí, lệ phí", "amount": _amount(row.get("Gia"))}
        for row in rows
        if isinstance(row, dict)
    ]


def _amount(value: Any) -> Any:
    """The portal sends numbers as text; an empty one says nothing."""
    text = str(value).strip() if value is not None else ""
    if not text:
        return None
    return int(text) if text.isdigit() else value


def _supplements(rows: Any) -> list[str]:
    """What must be handed in later; requests that were already met stay out."""
    if not isinstance(rows, list):
        return []
    found = [
        str(row.get("NoiDungBoSung") or "").strip()
        for row in rows
        if isinstance(row, dict) and not row.get("NgayTiepNhanBoSung")
    ]
    return [text for text in found if text]


def _whole(name: str, problem: str, remedy: str) -> Problem:
    return Problem(index=0, field=name, problem=problem, remedy=remedy)
