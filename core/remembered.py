"""Names that were dealt with lately: a repeat within minutes needs no database."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable


class Remembered[Name: Hashable]:
    """The ``most`` newest of the names that were added. Of one process alone, and gone with it: whoever asks
    it must be right without it too."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._names: OrderedDict[Name, None] = OrderedDict()

    def __contains__(self, name: Name) -> bool:
        return name in self._names

    def add(self, name: Name) -> None:
        self._names[name] = None
        while len(self._names) > self._most:
            self._names.popitem(last=False)
