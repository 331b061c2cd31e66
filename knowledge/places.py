"""The wards whose centres receive dossiers, by their new and their old names (``content/places/*.yaml``).

Since 1 July 2025 there is no district level: the cities of Quy Nhơn and Long Khánh became five wards each,
and citizens still say the old names. Names are compared without tone marks, by name alone: the kind of an old
unit is not known for all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from core.text.fold import fold
from core.yaml_shape import parse_shape

_WORD = re.compile(r"[a-z0-9]+")
_UNIT = frozenset({"phuong", "p", "xa", "x", "ubnd", "thi"})
# A street, a school, a bridge or a hospital of that name says nothing about where somebody lives.
_NAMESAKES = frozenset(
    "duong pho hem kiet ngo truong hoc thpt thcs cho cau dam cang ga vien bay bien lich kcn nghiep ks san"
    " khach chua giao so nga".split()
)


class Place(BaseModel):
    """A ward. ``note`` is what a citizen should be told about the name they used, filled by ``find_ward``."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    name: str = Field(min_length=1)
    kind: str = "phường"
    province: str = Field(min_length=1)
    city: str = Field(pattern=r"^[a-z0-9-]+$")
    former_city: str
    old_names: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    address: str | None = None
    phone: str | None = None
    note: str | None = None

    @property
    def full_name(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def centre(self) -> str:
        """The one-stop shop that receives dossiers there."""
        return f"Trung tâm Phục vụ hành chính công {self.full_name}"


class _Name(NamedTuple):
    words: tuple[str, ...]
    shown: str
    place: Place
    old: bool


def parse_place(text: str, source: str) -> Place:
    """``content/places/<ward>.yaml``."""
    return parse_shape(Place, text, source)


def find_ward(text: str, places: Sequence[Place]) -> list[Place]:
    """The wards that ``text`` names, in order; each carries a ``note`` when an old name was used.

    A former city, or its name without "phường", gives all its wards; only "thành phố" adds the note that the
    wards receive now.
    """
    words = _words(text)
    names = sorted(_names(places), key=lambda name: -len(name.words))
    found: dict[str, Place] = {}
    cities: dict[str, bool] = {}  # city, and whether it was called a city
    index = 0
    while index < len(words):
        name = next((n for n in names if tuple(words[index : index + len(n.words)]) == n.words), None)
        if name is None:
            index += 1
            continue
        place = name.place
        if _is_city_name(place) and not name.old:
            called_city = _called_city(words, index)
            if called_city or not _called_unit(words, index):
                if called_city or not _is_namesake(words, index):
                    cities[place.city] = cities.get(place.city, False) or called_city
                index += len(name.words)
                continue
        if _called_unit(words, index) or not _is_namesake(words, index):
            note = place.note
            if name.old:
                note = f"{name.shown} nay thuộc {place.full_name}."
            found.setdefault(place.id, place.model_copy(update={"note": note}))
        index += len(name.words)
    if found:
        return list(found.values())
    return [each for city, called in cities.items() for each in _wards_of(city, places, explain=called)]


def _names(places: Iterable[Place]) -> Iterable[_Name]:
    for place in places:
        yield _Name(tuple(_words(place.name)), place.name, place, old=False)
        for shown in (*place.old_names, *place.aliases):
            if fold(shown) != fold(place.name):
                yield _Name(tuple(_words(shown)), shown, place, old=True)


def _words(text: str) -> list[str]:
    """Folded words; "Qui Nhơn" is the same town as "Quy Nhơn"."""
    return ["quy" if word == "qui" else word for word in _WORD.findall(fold(text))]


def _is_city_name(place: Place) -> bool:
    """Whether the ward has the name of the former city: "Quy Nhơn" alone may be either."""
    return fold(place.former_city).endswith(f" {fold(place.name)}")


def _called_unit(words: Sequence[str], index: int) -> bool:
    return index > 0 and words[index - 1] in _UNIT and not _called_city(words, index)


def _called_city(words: Sequence[str], index: int) -> bool:
    if index == 0:
        return False
    before = words[index - 1]
    twice = words[index - 2] if index > 1 else ""
    return (
        before in {"tp", "tx"}
        or (before == "pho" and twice == "thanh")
        or (before == "xa" and twice == "thi")
    )


def _is_namesake(words: Sequence[str], index: int) -> bool:
    return index > 0 and (words[index - 1] in _NAMESAKES or words[index - 1].isdigit())


def _wards_of(city: str, places: Sequence[Place], *, explain: bool) -> list[Place]:
    wards = [place for place in places if place.city == city]
    wards.sort(key=lambda place: (not _is_city_name(place), place.id))
    if not explain or not wards:
        return wards
    names = ", ".join(place.name for place in wards)
    note = (
        f"Từ 01/07/2025 không còn {wards[0].former_city}; hồ sơ nộp tại Trung tâm Phục vụ hành chính công "
        f"của một trong các phường: {names}."
    )
    return [place.model_copy(update={"note": note}) for place in wards]
