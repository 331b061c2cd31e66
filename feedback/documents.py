"""Reading the room's content files: YAML into typed shapes, with errors an editor can act on."""

from __future__ import annotations

from typing import Any

import yaml
from pydantic import BaseModel, ValidationError


class ContentError(ValueError):
    """A content file is wrong; the message names the file, the key in it, and what is the matter."""


def parse_yaml[Shape: BaseModel](file: str, text: str, shape: type[Shape]) -> Shape:
    """Read one file into ``shape``; every mistake in it is named in one ``ContentError``."""
    try:
        raw: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "somewhere"
        raise ContentError(f"{file}: {where}: not readable as YAML") from error
    try:
        return shape.model_validate(raw)
    except ValidationError as error:
        raise ContentError(
            "\n".join(f"{file}: {_key(item['loc'])}: {item['msg']}" for item in error.errors())
        ) from error


def _key(location: tuple[int | str, ...]) -> str:
    """``("targets", 2, "value")`` as ``targets[2].value``."""
    words = ""
    for part in location:
        words += f"[{part}]" if isinstance(part, int) else f".{part}"
    return words.lstrip(".") or "the whole file"
