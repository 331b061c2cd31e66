"""Template messages: what a template asks for, checked before anything is sent.

Types and longest values of parameters: npm ``@warriorteam/redai-zalo-sdk`` for 1 to 10, the rest remembered.
Keys of a parameter in the template's detail (``minLength``, ``maxLength``, ``require``, ``acceptNull``) are
remembered too, so a missing one only means that nothing is known about it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class ParameterType(StrEnum):
    STRING = "STRING"
    NUMBER = "NUMBER"
    CURRENCY = "CURRENCY"
    DATE = "DATE"


@dataclass(frozen=True)
class Parameter:
    name: str
    type: ParameterType = ParameterType.STRING
    longest: int | None = None
    shortest: int = 0
    required: bool = True


class TemplateStatus(StrEnum):
    ENABLE = "ENABLE"
    PENDING_REVIEW = "PENDING_REVIEW"
    REJECT = "REJECT"
    DISABLE = "DISABLE"


@dataclass(frozen=True)
class TemplateInfo:
    template_id: str
    name: str
    status: TemplateStatus | None
    parameters: tuple[Parameter, ...] = ()
    price_vnd: int | None = None
    tag: str | None = None


LONGEST_BY_KIND = {
    1: 30, 2: 15, 3: 200, 4: 30, 5: 30, 6: 30, 7: 50, 8: 5, 9: 200, 10: 20,
    11: 20, 12: 10, 13: 200, 14: 12, 15: 90,
}  # fmt: skip
"""Longest value by the kind a template's author chose: name, phone, address, code, label, status, contact,
form of address, product, quantity; and remembered: time, one-time code, page, money, transfer."""

_STATUS_BY_NUMBER = {
    1: TemplateStatus.ENABLE,
    2: TemplateStatus.PENDING_REVIEW,
    3: TemplateStatus.REJECT,
    4: TemplateStatus.DISABLE,
}
_NUMBER = re.compile(r"^-?\d+(?:[.,]\d+)?$")
_CURRENCY = re.compile(r"^\d+$")
_DATE = re.compile(r"^(?:\d{1,2}:\d{2}(?::\d{2})? )?\d{1,2}/\d{1,2}/\d{4}$")


def read_template(template_id: str, data: Mapping[str, Any]) -> TemplateInfo:
    """The detail as ``/template/info/v2`` gives it."""
    return TemplateInfo(
        template_id=str(data.get("templateId", template_id)),
        name=str(data.get("templateName", "")),
        status=_status(data.get("status")),
        parameters=tuple(_parameter(one) for one in data.get("listParams") or [] if one.get("name")),
        price_vnd=_price(data.get("price")),
        tag=data.get("templateTag"),
    )


def _status(value: Any) -> TemplateStatus | None:
    if isinstance(value, int):
        return _STATUS_BY_NUMBER.get(value)
    try:
        return TemplateStatus(str(value))
    except ValueError:
        return None


def _parameter(one: Mapping[str, Any]) -> Parameter:
    kind = str(one.get("type", "STRING")).upper()
    longest = one.get("maxLength")
    if longest is None and isinstance(one.get("kind"), int):
        longest = LONGEST_BY_KIND.get(one["kind"])
    return Parameter(
        name=str(one["name"]),
        type=ParameterType(kind) if kind in set(ParameterType) else ParameterType.STRING,
        longest=int(longest) if longest is not None else None,
        shortest=int(one.get("minLength") or 0),
        required=bool(one.get("require", True)) and not one.get("acceptNull", False),
    )


def _price(value: Any) -> int | None:
    try:
        return round(float(value)) if value is not None else None
    except (TypeError, ValueError):
        return None


@dataclass(frozen=True)
class Flaw:
    """Why a value cannot be sent: the parameter and, for an administrator, what is wrong."""

    parameter: str
    problem: str


@dataclass(frozen=True)
class Filled:
    """The values as they are sent, or what is wrong with them."""

    values: dict[str, str] = field(default_factory=dict)
    flaws: tuple[Flaw, ...] = ()


def fill(info: TemplateInfo, given: Mapping[str, str]) -> Filled:
    """Check every parameter of the template against its value.

    A value that nobody asked for is left out, and so is one that would be refused and is not required.
    """
    values: dict[str, str] = {}
    flaws: list[Flaw] = []
    for parameter in info.parameters:
        value = given.get(parameter.name, "").strip()
        if not value:
            if parameter.required:
                flaws.append(Flaw(parameter.name, "missing"))
            continue
        problem = _problem(parameter, value)
        if problem and not parameter.required:
            continue  # a notice without its long name is better than none
        if problem:
            flaws.append(Flaw(parameter.name, problem))
        values[parameter.name] = value
    return Filled(values, tuple(flaws))


def _problem(parameter: Parameter, value: str) -> str | None:
    if parameter.longest is not None and len(value) > parameter.longest:
        return f"{len(value)} characters, at most {parameter.longest}"
    if len(value) < parameter.shortest:
        return f"{len(value)} characters, at least {parameter.shortest}"
    if "\n" in value:
        return "a line break"
    pattern = {
        ParameterType.NUMBER: _NUMBER,
        ParameterType.CURRENCY: _CURRENCY,
        ParameterType.DATE: _DATE,
    }.get(parameter.type)
    if pattern is not None and not pattern.match(value):
        return f"not a {parameter.type.lower()}"
    return None


def template_body(
    *,
    template_id: str,
    values: Mapping[str, str],
    tracking_id: str,
    phone: str | None = None,
    user_id: str | None = None,
    development: bool = False,
) -> dict[str, Any]:
    """The body of a template message, to a phone as ``84…`` or to a user id."""
    body: dict[str, Any] = {"phone": zalo_phone(phone)} if phone else {"user_id": user_id}
    body |= {"template_id": template_id, "template_data": dict(values), "tracking_id": tracking_id}
    # "1" is the normal mode; "3" would send on over the quota, for a price that nobody agreed to.
    body["sending_mode"] = "1"
    if development:
        body["mode"] = "development"
    return body


def zalo_phone(e164: str) -> str:
    """``84912345678``: Zalo's spelling of a number."""
    return e164.removeprefix("+")


def is_tracking_id(text: str) -> bool:
    """At most 48 letters and digits; Zalo may strip anything else."""
    return 0 < len(text) <= 48 and text.isascii() and text.isalnum()
