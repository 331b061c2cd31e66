"""Which place a citizen names: new units, old ones, the former cities, the abolished district level.

Citizens write without tone marks and say the old names. A name of our own wards is known wherever it stands;
a name of the rest of the province only behind "xã", "phường" or the like, for many of them are everyday words
("xã Đông" is "đồng"). A name that two units had is given with both, unless the sentence says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from core.text.fold import fold
from knowledge.places import OldName, Place, ProvinceUnits

_WORD = re.compile(r"[a-z0-9]+")
_UNIT = frozenset({"phuong", "p", "xa", "x", "ubnd", "thi", "tran", "tt", "f"})
_FILL = frozenset({"cu", "cac", "cua"})
# A street, a school, a bridge or a hospital of that name says nothing about where somebody lives.
_NAMESAKES = frozenset(
    "duong pho hem kiet ngo truong hoc thpt thcs cho cau dam cang ga vien bay bien lich kcn nghiep ks san"
    " khach chua giao so nga".split()
)
_DISTRICT_KIND = re.compile(r"^(?:huyện|thị xã|thành phố|quận)\s+", re.IGNORECASE)
_MOST = 3


class _Name(NamedTuple):
    words: tuple[str, ...]
    shown: OldName
    place: Place
    old: bool


@dataclass
class Named:
    """``places``: units the text names, in order, each with a ``note`` when an old name was used.

    ``either``: a name that several units had, with all of them. ``district``: a district or town of the
    abolished level that is named and is none of our former cities. ``rest``: the words that name no place,
    folded.
    """

    places: list[Place] = field(default_factory=list)
    either: list[Place] = field(default_factory=list)
    district: bool = False
    rest: list[str] = field(default_factory=list)


class PlaceNames:
    """Built once for a snapshot of content: names by their first word, longest first."""

    def __init__(self, places: Sequence[Place], provinces: Iterable[ProvinceUnits] = ()) -> None:
        self._places = places
        self._own = _by_first_word(_own_names(places))
        known = {(place.province, fold(place.name)): place for place in places}
        others = [name for one in provinces for name in _names_of(one, known)]
        self._all = _by_first_word([*_own_names(places), *others])
        self._cities = {tuple(_words(p.former_city)[2:]) for p in places}
        self._districts = {name.words for name in others if not name.old} | {
            tuple(_words(_DISTRICT_KIND.sub("", name.shown.of))) for name in others if name.shown.of
        }

    def find(self, text: str) -> Named:
        """A former city, or its name without "phường", gives all its wards; only "thành phố" adds the note
        that the wards receive now."""
        words = _words(text)
        named = Named()
        found: dict[str, Place] = {}
        cities: dict[str, bool] = {}  # city, and whether it was called a city
        index = 0
        while index < len(words):
            names = self._at(words, index)
            if length := self._district_at(words, index):
                named.district = True
                index += length
                continue
            if not names:
                named.rest.append(words[index])
                index += 1
                continue
            home = next((n for n in names if _is_city_name(n.place) and not n.old), None)
            called_city = _called_city(words, index)
            if home is not None and (called_city or not _called_unit(words, index)):
                if called_city or not _is_namesake(words, index):
                    city = home.place.city
                    cities[city] = cities.get(city, False) or called_city
            elif _called_unit(words, index) or not _is_namesake(words, index):
                meant = _meant(names, words, index)
                if len(meant) == 1:
                    found.setdefault(meant[0].place.id, _with_note(meant[0]))
                else:
                    named.either += [_with_note(name, of_several=True) for name in meant[:_MOST]]
            index += len(names[0].words)
        named.places = list(found.values()) or [
            each for city, called in cities.items() for each in _wards_of(city, self._places, explain=called)
        ]
        named.rest = [word for word in named.rest if word not in _UNIT and word not in _FILL]
        return named

    def _at(self, words: Sequence[str], index: int) -> list[_Name]:
        """The names that begin here, of one length, the longest that fits."""
        table = self._all if _called_unit(words, index) else self._own
        fitting = [
            name
            for name in table.get(words[index], ())
            if tuple(words[index : index + len(name.words)]) == name.words
        ]
        return [name for name in fitting if len(name.words) == len(fitting[0].words)]

    def _district_at(self, words: Sequence[str], index: int) -> int:
        """How many words from here name an abolished district: behind "huyện", "thị xã", "thành phố" stands
        the name of a unit that took it over, or of a district that tells old names apart."""
        if not (_called_city(words, index) or (index > 0 and words[index - 1] == "huyen")):
            return 0
        for length in (3, 2, 1):
            name = tuple(words[index : index + length])
            if len(name) == length and name in self._districts and name not in self._cities:
                return length
        return 0


def find_ward(text: str, places: Sequence[Place]) -> list[Place]:
    """The wards of ours that a text names, in order."""
    return PlaceNames(places).find(text).places


def _by_first_word(names: Iterable[_Name]) -> dict[str, list[_Name]]:
    found: dict[str, list[_Name]] = {}
    for name in sorted(names, key=lambda one: -len(one.words)):
        found.setdefault(name.words[0], []).append(name)
    return found


def _own_names(places: Iterable[Place]) -> Iterator[_Name]:
    for place in places:
        yield _Name(tuple(_words(place.name)), OldName(name=place.name), place, old=False)
        for shown in (*place.old_names, *place.aliases):
            if fold(shown) != fold(place.name):
                old = OldName(name=shown, of=place.former_city or None)
                yield _Name(tuple(_words(shown)), old, place, old=True)


def _names_of(province: ProvinceUnits, known: dict[tuple[str, str], Place]) -> Iterator[_Name]:
    """Names of a province's units; those of our own wards are told from their own files."""
    for unit in province.units:
        if (province.province, fold(unit)) in known:
            continue
        place = Place(
            id="-".join(_words(f"{province.province} {unit}")),
            name=unit,
            kind="",
            province=province.province,
            city="",
            former_city="",
        )
        yield _Name(tuple(_words(unit)), OldName(name=unit), place, old=False)
        for old in province.old_names(unit):
            if fold(old.name) != fold(unit) or old.part:
                yield _Name(tuple(_words(old.name)), old, place, old=True)


def _meant(names: Sequence[_Name], words: Sequence[str], index: int) -> list[_Name]:
    """One name a place, ours first; where the rest of the sentence says which, that one alone."""
    one_each = {name.place.id: name for name in reversed(names)}
    ordered = sorted(one_each.values(), key=lambda name: (not name.place.home, name.old, name.place.id))
    around = " ".join([*words[:index], "|", *words[index + len(names[0].words) :]])
    told = [name for name in ordered if any(hint in around for hint in _hints(name))]
    return told or ordered


def _hints(name: _Name) -> list[str]:
    """What else in a sentence points to this one: its former district or city, its new unit."""
    hints = [" ".join(_words(name.place.name))] if name.old else []
    if name.shown.of:
        hints.append(" ".join(_words(_DISTRICT_KIND.sub("", name.shown.of))))
    return hints


def _with_note(name: _Name, *, of_several: bool = False) -> Place:
    place, shown = name.place, name.shown
    note = place.note
    if of_several:
        was = (f"{shown.of} cũ" if shown.of else "tên cũ") if name.old else "tên mới"
        now = f"{'một phần ' if shown.part else ''}nay thuộc {place.full_name}, " if name.old else ""
        note = f"{shown.name} ({was}): {now}tỉnh {place.province}"
    elif name.old:
        note = f"{'Một phần ' if shown.part else ''}{shown.name} nay thuộc {place.full_name}."
    return place.model_copy(update={"note": note})


def _words(text: str) -> list[str]:
    """Folded words; "Qui Nhơn" is the same town as "Quy Nhơn"."""
    return ["quy" if word == "qui" else word for word in _WORD.findall(fold(text))]


def _is_city_name(place: Place) -> bool:
    """Whether the ward has the name of the former city: "Quy Nhơn" alone may be either."""
    return place.home and fold(place.former_city).endswith(f" {fold(place.name)}")


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
