"""Reading content files into typed shapes, with errors that tell an officer what to do.

Staff who do not program edit these files, so a problem is told in Vietnamese and names the file, the key and
the remedy. Every scalar stays text until its shape reads it: YAML would otherwise turn the key ``on`` into
true, the code 1.010100 into 1.0101 and the hour 07:30 into a number of minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

# Ten times faster where PyYAML was built with libyaml, which its wheels are.
_Fastest = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class ContentProblem:
    """One thing to mend in one file. ``key`` is a path such as ``off.0.date``, empty for the whole."""

    source: str
    key: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.source}, mục '{self.key}'" if self.key else self.source
        return f"{where}: {self.problem}. Cách sửa: {self.remedy}."


class ContentShapeError(ValueError):
    """A content file that does not have its shape; ``problems`` lists everything found at once."""

    def __init__(self, problems: list[ContentProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems

    @classmethod
    def one(cls, source: str, key: str, problem: str, remedy: str) -> ContentShapeError:
        return cls([ContentProblem(source, key, problem, remedy)])


class _TextLoader(_Fastest):  # type: ignore[misc, valid-type]
    """YAML where only null, true and false are not text, and where a key stands once."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = str(key_node.value)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"khóa '{key}' viết hai lần", key_node.start_mark
                )
            seen.add(key)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


_TextLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
_TextLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])


# A few lines of anchors and aliases can stand for billions of values; content needs neither.
_PERHAPS_ALIAS = re.compile(r"(?:^|[\s\[{,])\*[^\s,\]}]", re.MULTILINE)
_DEEPEST = 30


def _refuse_aliases(text: str) -> None:
    for event in yaml.parse(text, Loader=_Fastest):
        if isinstance(event, yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(None, None, "không dùng dấu * để chép lại chỗ khác", None)


def _too_deep(data: Any) -> bool:
    level, depth = [data], 0
    while level and depth <= _DEEPEST:
        level = [inner for one in level for inner in _inner(one)]
        depth += 1
    return depth > _DEEPEST


def _inner(one: Any) -> Iterable[Any]:
    return one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()


def read_yaml(text: str, source: str) -> Any:
    """The data of a YAML text; raises ``ContentShapeError`` with the line where it cannot be read."""
    try:
        if _PERHAPS_ALIAS.search(text):
            _refuse_aliases(text)
        data = yaml.load(text, Loader=_TextLoader)  # noqa: S506 - a SafeLoader
        if _too_deep(data):
            raise yaml.YAMLError
        return data
    except RecursionError:
        raise ContentShapeError.one(
            source, "", "quá nhiều lớp lồng nhau", "xem lại thụt đầu dòng và dấu ngoặc"
        ) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"dòng {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "không đọc được"
        raise ContentShapeError.one(
            source,
            line,
            f"viết sai quy cách YAML ({problem})",
            "xem lại thụt đầu dòng, dấu hai chấm, dấu nháy",
        ) from error


def read_shape[Shape: BaseModel](shape: type[Shape], data: Any, source: str) -> Shape:
    """``data`` as ``shape``; raises ``ContentShapeError`` listing every problem with its remedy."""
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        raise ContentShapeError([_explain(source, shape, found) for found in error.errors()]) from error


def parse_shape[Shape: BaseModel](shape: type[Shape], text: str, source: str) -> Shape:
    """A whole YAML text as ``shape``."""
    return read_shape(shape, read_yaml(text, source), source)


def parse_front_matter(text: str, source: str) -> tuple[dict[str, Any], str]:
    """The front matter and the body of a Markdown text that begins with ``---``."""
    found = re.match(r"\ufeff?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|$)(.*)", text, re.DOTALL)
    if not found:
        raise ContentShapeError.one(
            source, "", "thiếu phần đầu giữa hai dòng ---", "mở đầu tệp bằng --- và đóng phần đầu bằng ---"
        )
    data = read_yaml(found.group(1), source)
    if not isinstance(data, dict):
        raise ContentShapeError.one(
            source, "", "phần đầu trống hoặc không phải các dòng 'khóa: giá trị'", "viết id, title, aliases"
        )
    return data, found.group(2).strip()


def _explain(source: str, shape: type[BaseModel], found: Any) -> ContentProblem:
    kind, context = str(found["type"]), found.get("ctx") or {}
    key = ".".join(str(part) for part in found["loc"])
    given = str(found.get("input"))[:60]
    if kind == "extra_forbidden":
        known = ", ".join(shape.model_fields) if len(found["loc"]) == 1 else ""
        hint = f" (các khóa dùng được: {known})" if known else ""
        return ContentProblem(
            source, key, "khóa này không có trong mẫu", f"bỏ đi hoặc viết lại tên khóa{hint}"
        )
    if kind == "missing":
        return ContentProblem(source, key, "còn thiếu", "điền mục này")
    if kind == "value_error":  # raised by a shape of ours, which says problem and remedy itself
        problem, _, remedy = str(context.get("error", found["msg"])).partition(": ")
        return ContentProblem(source, key, problem, remedy or "sửa lại mục này")
    if kind in ("enum", "literal_error"):
        expected = context.get("expected", "")
        return ContentProblem(source, key, f"không nhận giá trị '{given}'", f"chọn một trong: {expected}")
    if kind.startswith(("date", "time")):
        return ContentProblem(
            source, key, f"'{given}' không phải ngày, giờ", "viết ngày là 2026-11-24, giờ là 07:30"
        )
    if kind.startswith(("int", "float", "decimal")):
        return ContentProblem(source, key, f"'{given}' không phải số", "chỉ ghi chữ số")
    if kind.startswith(("greater_than", "less_than")):
        bound = next((context[name] for name in ("ge", "gt", "le", "lt") if name in context), "")
        told = "nhỏ quá" if kind.startswith("greater") else "lớn quá"
        side = "ít nhất" if kind.startswith("greater") else "nhiều nhất"
        return ContentProblem(source, key, f"'{given}' {told}", f"{side} {bound}")
    if kind == "string_pattern_mismatch":
        return ContentProblem(
            source, key, f"'{given}' viết không đúng mẫu", f"viết theo mẫu {context.get('pattern', '')}"
        )
    if kind in ("too_short", "string_too_short"):
        least = context.get("min_length", 1)
        return ContentProblem(source, key, "quá ít", f"cần ít nhất {least}")
    if kind in ("too_long", "string_too_long"):
        most = context.get("max_length", "")
        return ContentProblem(source, key, "quá dài", f"nhiều nhất {most}")
    return ContentProblem(source, key, f"giá trị không hợp lệ ({found['msg']})", "sửa lại mục này")
