"""The kinds of export that can be read, told apart by the keys of a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.importer import defence, national
from knowledge.importer.findings import Findings
from knowledge.importer.raw import RawProcedure


class UnknownFormat(ValueError):
    """A record of no known export; the message says in Vietnamese what it looks like."""


@dataclass(frozen=True)
class Format:
    """One kind of export: the name of its source and how a record of it is taken apart."""

    source: str
    recognises: Callable[[Mapping[str, Any]], bool]
    make_raw: Callable[[Mapping[str, Any], Findings], RawProcedure]


FORMATS = (
    Format(national.SOURCE, national.is_national, national.raw_national),
    Format(defence.SOURCE, defence.is_defence, defence.raw_defence),
)


def recognise(record: Mapping[str, Any]) -> Format:
    """The format of a record; raises ``UnknownFormat`` for one that no reader is written for."""
    for known in FORMATS:
        if known.recognises(record):
            return known
    if {"ma_tthc", "text"} <= record.keys():
        raise UnknownFormat(
            "đây là văn bản thuần của trang web một tỉnh, không có ô tách riêng; chưa nhập được, "
            "vì không kiểm được từng con số"
        )
    keys = ", ".join(sorted(map(str, record))[:6]) or "không có trường nào"
    raise UnknownFormat(f"không nhận ra định dạng bản xuất (các trường: {keys})")
