"""What staff have put on hold: a procedure says that it is being looked at, a general answer is not given, of
a place nothing but its name is told.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import PurePosixPath

from knowledge.base import Content


def without_held(content: Content, keys: AbstractSet[str]) -> Content:
    """``keys``: documents on hold, ``procedures/<field>/<code>.yaml``, ``general/<id>.md`` or
    ``places/<ward>.yaml``.
    """
    if not keys:
        return content
    codes = {PurePosixPath(key).stem for key in keys if key.startswith("procedures/")}
    entries = {PurePosixPath(key).stem for key in keys if key.startswith("general/")}
    wards = {PurePosixPath(key).stem for key in keys if key.startswith("places/")}
    untold = {"address": None, "phone": None, "office_hours": ()}
    return replace(
        content,
        procedures={
            code: procedure.model_copy(update={"held": True}) if code in codes else procedure
            for code, procedure in content.procedures.items()
        },
        general={name: entry for name, entry in content.general.items() if name not in entries},
        places=[place.model_copy(update=untold) if place.id in wards else place for place in content.places],
    )
