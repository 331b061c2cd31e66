"""Python's search for garbage in circles, made rarer for processes that live long.

By default it runs every 700 objects made, which is several times in one batch of events: a tenth to a quarter
of the time of intake and planning. What the program itself consists of is never garbage, so it is not looked
through again. Everything that does not go round in circles is freed at once as before.
"""

from __future__ import annotations

import gc

_OBJECTS, _YOUNG, _MIDDLE = 50_000, 20, 50


def seldom() -> None:
    """Call it once, when everything has been imported and made."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS, _YOUNG, _MIDDLE)
