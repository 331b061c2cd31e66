"""Which former city a unit belongs to. The former cities are the sum of their wards today."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from core.text.fold import fold
from feedback.targets import City


class Areas:
    """Finds the city by the ward's name inside the unit's name, whatever the office is called."""

    def __init__(self, wards: Mapping[str, City], default: City | None = None) -> None:
        """``wards`` maps ward names, such as "Quy Nhơn Nam", to cities; ``default`` is for other units."""
        # The longest name first: "Quy Nhơn" is also the beginning of "Quy Nhơn Nam".
        self._wards = sorted(
            ((f" {fold(name)} ", city) for name, city in wards.items()),
            key=lambda item: len(item[0]),
            reverse=True,
        )
        self._default = default
        self.digest = hashlib.sha256(json.dumps([self._wards, default]).encode()).hexdigest()[:16]
        """Other areas have another one: by it is known whether sums were made by these."""
        self._found: dict[str, City | None] = {}

    def city_of(self, unit: str) -> City | None:
        if unit not in self._found:
            self._found[unit] = self._look_for(unit)
        return self._found[unit]

    def _look_for(self, unit: str) -> City | None:
        name = f" {fold(unit).replace('-', ' ')} "
        return next((city for ward, city in self._wards if ward in name), self._default)
