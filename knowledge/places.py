"""The wards whose centres receive dossiers, and every commune-level unit of their provinces, as data.

``content/places/<ward>.yaml`` is a ward of ours with its centre. ``content/places/units/<province>.yaml``
lists the units of a whole province since 1 July 2025 with the old names that went into each; the kind of an
old unit is not known for all of them, so names are compared by name alone (``knowledge.place_names``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.calendar_year import OfficePeriod, in_order
from core.yaml_shape import parse_shape

UNITS = "places/units/"
_OLD_NAME = re.compile(r"^(?P<name>[^()]+?)\s*(?:\((?P<of>[^()]+)\))?$")
PART = "một phần"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Place(_Shape):
    """A ward or commune. ``kind`` is empty where only the name is known. ``note`` is what a citizen should be
    told about the name they used, filled when a text is read.

    ``home``: one of the wards this house works for. ``office_hours``: only where they differ from those of
    the calendar.
    """

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    name: str = Field(min_length=1)
    kind: str = "phường"
    province: str = Field(min_length=1)
    city: str = Field(pattern=r"^[a-z0-9-]*$")
    former_city: str
    old_names: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    address: str | None = None
    phone: str | None = None
    office_hours: tuple[OfficePeriod, ...] = ()
    note: str | None = None

    @model_validator(mode="after")
    def _hours_in_order(self) -> Place:
        in_order(self.office_hours)
        return self

    @property
    def home(self) -> bool:
        return bool(self.city)

    @property
    def full_name(self) -> str:
        return f"{self.kind} {self.name}".strip()

    @property
    def authority(self) -> str:
        """What rows call its unit: the people's committee of the place."""
        return f"UBND {self.full_name}"

    @property
    def centre(self) -> str:
        """The one-stop shop that receives dossiers there."""
        return f"Trung tâm Phục vụ hành chính công {self.full_name}"


class OldName(_Shape):
    """A unit's name before 1 July 2025. ``of``: its former district or city, given where two had one name;
    ``part``: only a part of it went here."""

    name: str
    of: str | None = None
    part: bool = False


class ProvinceUnits(_Shape):
    """``content/places/units/<province>.yaml``: new names, each with the old names that went into it."""

    province: str = Field(min_length=1)
    former_provinces: tuple[str, ...] = Field(min_length=1)
    units: Mapping[str, tuple[str, ...]] = Field(min_length=1)

    def old_names(self, unit: str) -> Iterable[OldName]:
        for written in self.units[unit]:
            match = _OLD_NAME.match(written)
            if match is None:
                raise ValueError(f"{unit}: tên cũ '{written}' viết sai: 'Tên' hoặc 'Tên (huyện cũ)'")
            of = match.group("of")
            yield OldName(name=match.group("name"), of=None if of == PART else of, part=of == PART)


def parse_place(text: str, source: str) -> Place:
    """``content/places/<ward>.yaml``."""
    return parse_shape(Place, text, source)


def parse_units(text: str, source: str) -> ProvinceUnits:
    """``content/places/units/<province>.yaml``; every old name can be taken apart."""
    found = parse_shape(ProvinceUnits, text, source)
    for unit in found.units:
        list(found.old_names(unit))
    return found
