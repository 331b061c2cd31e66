"""The machine API as one document: every path with every answer it can give, and how to prove who asks."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from core.events import PublishStatus
from dossiers.schemas import DossierEventData
from dossiers.vocabularies import DossierEventType
from gateway.api import dossier_events

_PROBLEMS = {"$ref": "#/components/schemas/Problems"}
_DETAIL = {"$ref": "#/components/schemas/Detail"}
_INVALID = {"anyOf": [{"$ref": "#/components/schemas/HTTPValidationError"}, _DETAIL, _PROBLEMS]}
_TEXT = {"type": "string"}

_WORDS = {
    "401": "Thiếu khóa.",
    "403": "Khóa không đúng, đã hết hạn hoặc không có quyền này.",
    "404": "Không có, hoặc khóa này không được biết.",
    "409": "Không hợp với trạng thái hiện nay.",
    "413": "Dài quá.",
    "415": "Không nhận loại nội dung này.",
    "422": "Có chỗ sai; mỗi chỗ được nêu tên.",
    "429": "Khóa này gọi nhiều quá.",
    "503": "Có phần chưa sẵn sàng: gửi lại sau.",
}

# What a path can answer beyond 200, 401, 403, 422, and 503 of the machine API while the database is away.
_FURTHER: dict[str, tuple[str, ...]] = {
    "/readyz": ("503",),
    "/v1/tasks/{task_id}/outcome": ("404",),
    "/v1/dossiers/{code}/notifications": ("404",),
    "/v1/notifications/{message_id}": ("404",),
    "/v1/dossiers/{code}/proof.pdf": ("404",),
    "/v1/deadline-lists/{list_id}/document": ("404",),
    "/v1/dossiers/{code}/deadline/recount": ("404", "409"),
    "/v1/dossiers/{code}/extensions": ("404", "409"),
    "/v1/extensions/": ("404", "409"),
    "/v1/extensions/{extension_id}/signature": ("404", "409", "413"),
}
_FILES = {
    "/v1/dossiers/{code}/proof.pdf": ("application/pdf",),
    "/v1/deadline-lists/{list_id}/document": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "/v1/extensions/{extension_id}/letter.{kind}": (
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "text/plain",
    ),
    "/v1/extensions/{extension_id}/signed": (
        "application/pdf",
        "image/jpeg",
        "image/png",
        "application/pkcs7-signature",
    ),
}


def describe(app: FastAPI) -> None:
    """Let ``/openapi.json`` of the application tell the whole truth."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None or "x-motcua" not in app.openapi_schema:
            app.openapi_schema = completed(plain())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """FastAPI's own description with the answers that it cannot know of."""
    document["x-motcua"] = "complete"
    parts = document.setdefault("components", {})
    parts.setdefault("securitySchemes", {})["key"] = {
        "type": "http",
        "scheme": "bearer",
        "description": "motcua keys create",
    }
    parts.setdefault("schemas", {}).update(_schemas())
    document["paths"][dossier_events.PATH] = {"post": _events()}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _complete(path, operation)
    return document


def _complete(path: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    needs_key = path.startswith("/v1/") or path == "/metrics"
    if needs_key:
        operation["security"] = [{"key": []}] if path != "/metrics" else [{}, {"key": []}]
    refusal: dict[str, Any] = {"anyOf": [_DETAIL, _PROBLEMS]} if path != "/readyz" else {"type": "object"}
    away = ("503",) if path.startswith("/v1/") else ()
    for code in (*(("401", "403", "429") if needs_key else ()), *away, *_further(path)):
        answers.setdefault(code, _answer(code, refusal))
    if "422" in answers or path.startswith("/v1/"):
        answers["422"] = _answer("422", _INVALID)
    if path in _FILES:
        schema = {"type": "string", "format": "binary"}
        answers["200"]["content"] = {kind: {"schema": schema} for kind in _FILES[path]}


def _further(path: str) -> tuple[str, ...]:
    if path in _FURTHER:
        return _FURTHER[path]
    return next(
        (codes for start, codes in _FURTHER.items() if start[-1] == "/" and path.startswith(start)), ()
    )


def _answer(code: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": _WORDS[code], "content": {"application/json": {"schema": schema}}}


def _events() -> dict[str, Any]:
    event = {"$ref": "#/components/schemas/DossierCloudEvent"}
    batch = {"type": "array", "items": event, "minItems": 1, "maxItems": 500}
    envelope = {"$ref": "#/components/schemas/NationalEnvelope"}
    taken = {"application/json": {"schema": {"$ref": "#/components/schemas/EventsTaken"}}}
    return {
        "tags": ["events"],
        "summary": "Báo một việc vừa xảy ra với hồ sơ",
        "description": "One CloudEvent, a batch of at most 500, or the national envelope; all or nothing.",
        "operationId": "post_dossier_events",
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"anyOf": [event, batch, envelope]}},
                "application/cloudevents+json": {"schema": event},
                "application/cloudevents-batch+json": {"schema": batch},
                "text/csv": {"schema": _TEXT},
            },
        },
        "responses": {
            "200": {"description": "Mọi sự kiện đã biết từ trước, nội dung như cũ.", "content": taken},
            "201": {"description": "Đã ghi xong.", "content": taken},
            **{code: _answer(code, _PROBLEMS) for code in ("409", "413", "415")},
        },
    }


def _schemas() -> dict[str, Any]:
    data = DossierEventData.model_json_schema(ref_template="#/components/schemas/{model}")
    inner = data.pop("$defs", {})
    text = {"type": "string", "minLength": 1}
    problem = {
        "type": "object",
        "required": ["field", "problem", "remedy"],
        "properties": {
            "index": {"type": "integer"},
            "field": _TEXT,
            "problem": _TEXT,
            "remedy": _TEXT,
        },
    }
    taken = {
        "type": "object",
        "required": ["event_id", "source", "id", "dossier_code", "status", "waiting", "warnings"],
        "properties": {
            "event_id": _TEXT,
            "source": _TEXT,
            "id": _TEXT,
            "dossier_code": _TEXT,
            "status": {"enum": [PublishStatus.NEW.value, PublishStatus.SEEN.value]},
            "waiting": {"type": "boolean"},
            "warnings": {"type": "array", "items": problem},
        },
    }
    return {
        **inner,
        "DossierEventData": data,
        "DossierCloudEvent": {
            "type": "object",
            "required": ["specversion", "id", "source", "type", "data"],
            "properties": {
                "specversion": {"const": "1.0"},
                "id": text,
                "source": text,
                "type": {"enum": [kind.value for kind in DossierEventType]},
                "subject": text,
                "time": {"type": "string", "format": "date-time"},
                "data": {"$ref": "#/components/schemas/DossierEventData"},
            },
        },
        "NationalEnvelope": {
            "type": "object",
            "required": ["service", "data"],
            "properties": {
                "service": {"enum": ["DongBoHoSoMC", "CapNhatTienDoHoSoMC"]},
                "data": {"type": "array", "items": {"type": "object"}, "minItems": 1, "maxItems": 500},
            },
        },
        "EventsTaken": {
            "type": "object",
            "required": ["events"],
            "properties": {"events": {"type": "array", "items": taken}},
        },
        "Detail": {"type": "object", "required": ["detail"], "properties": {"detail": _TEXT}},
        "Problems": {
            "type": "object",
            "required": ["errors"],
            "properties": {"errors": {"type": "array", "items": problem}},
        },
        "HTTPValidationError": {
            "type": "object",
            "required": ["detail"],
            "properties": {"detail": {"type": "array", "items": {"type": "object"}}},
        },
    }
