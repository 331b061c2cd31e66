"""Opening export files: plain or gzipped JSON lines, one record a line.

Only this module of the package touches files. Nothing is dropped in silence: a line that cannot be read
comes out as an ``Unreadable`` with its number and the reason, in Vietnamese, for the report.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from knowledge.importer.formats import Format, UnknownFormat, recognise


class UnreadableFile(ValueError):
    """A file that cannot be imported at all; the message is one line that says what and where."""


@dataclass(frozen=True)
class Unreadable:
    """A line or a record that could not be read. ``code`` when the record still tells it."""

    file: str
    line: int
    reason: str
    code: str | None = None


@dataclass(frozen=True)
class Row:
    """One raw record with the number of its line, counted from 1."""

    line: int
    record: Mapping[str, Any]


_DATE_IN_NAME = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?")


def date_of(path: Path) -> date | None:
    """The day of an export from its file name ("national-2026-07.jsonl.gz"); the first of the month when
    the name has no day, which is never later than the facts."""
    match = _DATE_IN_NAME.search(path.name)
    if match is None:
        return None
    try:
        return date(int(match.group(1)), int(match.group(2)), int(match.group(3) or 1))
    except ValueError:
        return None


def read_rows(path: Path) -> Iterator[Row | Unreadable]:
    """Every line of a file, empty ones left out. A file cut in the middle yields what it has, then says so.

    Raises ``UnreadableFile`` when the file cannot be opened.
    """
    number = 0
    try:
        with _open(path) as stream:
            for number, raw in enumerate(stream, start=1):
                if raw.strip():
                    yield _row(path, number, raw)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        if number == 0:
            raise UnreadableFile(f"{path}: không phải tệp nén gzip đọc được ({error})") from error
        yield Unreadable(path.name, number + 1, "tệp nén bị cắt ngang hoặc hỏng từ đây")
    except OSError as error:
        raise UnreadableFile(f"{path}: không mở được tệp ({error.strerror or error})") from error


def recognise_file(path: Path, record: Mapping[str, Any]) -> Format:
    """The format of a file by a record of it; raises ``UnreadableFile`` when no reader is written for it."""
    try:
        return recognise(record)
    except UnknownFormat as error:
        raise UnreadableFile(f"{path}: {error}") from error


def code_of(record: Mapping[str, Any]) -> str | None:
    """The code of a record that may be broken otherwise."""
    meta = record.get("metadata")
    candidates = [record.get("ma_thu_tuc"), record.get("thu_tuc_id")]
    if isinstance(meta, Mapping):
        candidates.append(meta.get("mã_thủ_tục"))
    return next((value.strip() for value in candidates if isinstance(value, str) and value.strip()), None)


def _open(path: Path) -> BinaryIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rb")  # type: ignore[return-value]
    return path.open("rb")


def _row(path: Path, number: int, raw: bytes) -> Row | Unreadable:
    try:
        record = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return Unreadable(path.name, number, f"không phải chữ UTF-8 (ở byte {error.start})")
    except json.JSONDecodeError as error:
        return Unreadable(path.name, number, f"JSON hỏng ở cột {error.colno}: {error.msg}")
    except (ValueError, RecursionError):
        return Unreadable(path.name, number, "JSON có số quá dài hoặc quá nhiều lớp lồng nhau")
    if not isinstance(record, dict):
        return Unreadable(path.name, number, "dòng không phải một bản ghi")
    return Row(number, record)
