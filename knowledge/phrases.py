"""Citizens' names for procedures: the shape of ``content/lexicon/phrases-<field>.yaml``.

Each phrase is one row of the search, and a record scores as its best row does; so a phrase names the matter
whole and belongs to one record only. Phrases are compared without tone marks, as half of the questions are
typed.
"""

from __future__ import annotations

import re
from typing import Any

from core.text.fold import fold
from core.yaml_shape import ContentProblem, ContentShapeError, read_yaml

_CODE = re.compile(r"\d\.\d{6}(?:\.[0-9A-Z.]+)?")
_SIGNS = re.compile(r"[^0-9a-z]+")


def same_words(phrase: str) -> str:
    """What two phrases share when the search cannot tell them apart: folded words without signs."""
    return _SIGNS.sub(" ", fold(phrase)).strip()


def parse_phrases(text: str, source: str) -> dict[str, tuple[str, ...]]:
    """Phrases of each procedure code, in the order of the file; an empty file gives none.

    Raises ``ContentShapeError`` listing every code, list or phrase that is wrong, with its remedy. ``source``
    is the file's name for those messages.
    """
    data = read_yaml(text, source)
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise ContentShapeError.one(
            source,
            "",
            "không phải các dòng 'mã thủ tục: danh sách cụm từ'",
            'viết "1.001193": rồi các dòng - ...',
        )
    problems: list[ContentProblem] = []
    owners: dict[str, str] = {}
    phrases = {
        str(code): _phrases_of(str(code), listed, owners, problems, source) for code, listed in data.items()
    }
    if problems:
        raise ContentShapeError(problems)
    return phrases


def _phrases_of(
    code: str, listed: Any, owners: dict[str, str], problems: list[ContentProblem], source: str
) -> tuple[str, ...]:
    """The phrases listed under ``code``; what is wrong is added to ``problems``."""
    if not _CODE.fullmatch(code):
        problems.append(
            ContentProblem(source, code, "không phải mã thủ tục", 'viết mã trong dấu nháy, như "1.001193"')
        )
    if not isinstance(listed, list) or not listed:
        problems.append(
            ContentProblem(source, code, "chưa có cụm từ nào", "thêm các dòng '- cụm từ người dân hay nói'")
        )
        return ()
    kept: list[str] = []
    for number, given in enumerate(listed):
        key = f"{code}.{number}"
        phrase = given.strip() if isinstance(given, str) else ""
        words = same_words(phrase)
        if not words:
            problems.append(
                ContentProblem(
                    source, key, "không phải một cụm từ", "viết một dòng chữ, bỏ dấu hai chấm nếu có"
                )
            )
        elif words in owners:
            problems.append(
                ContentProblem(
                    source,
                    key,
                    f"cụm từ '{phrase}' đã có ở mã {owners[words]}",
                    "giữ ở một mã, hoặc viết rõ điều làm hai việc khác nhau",
                )
            )
        else:
            owners[words] = code
            kept.append(phrase)
    return tuple(kept)
