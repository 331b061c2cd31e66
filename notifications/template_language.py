"""The language of wordings: Jinja's immutable sandbox, four filters, and an allow-list of building blocks."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import date, datetime
from typing import Any

from jinja2 import StrictUndefined, TemplateError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from core.calendar import LOCAL, local_day
from core.text.spell import spell_date, spell_time
from core.yaml_shape import ContentShapeError

UNKNOWN = "chưa có thông tin"


def money(amount: int | None) -> str:
    """``15.000 đồng``."""
    return UNKNOWN if amount is None else f"{amount:,} đồng".replace(",", ".")


def day(moment: date | datetime | None) -> str:
    """``thứ Tư 02/12/2026``, in Vietnam."""
    if moment is None:
        return UNKNOWN
    return spell_date(local_day(moment) if isinstance(moment, datetime) else moment)


def hour(moment: datetime | None) -> str:
    """``7 giờ 30``, in Vietnam."""
    return UNKNOWN if moment is None else spell_time(moment.astimezone(LOCAL).time())


def short_day(moment: date | datetime | None) -> str:
    """``02/12/2026``, for text messages."""
    if moment is None:
        return UNKNOWN
    return f"{moment.astimezone(LOCAL) if isinstance(moment, datetime) else moment:%d/%m/%Y}"


FILTERS = {"money": money, "date": day, "shortdate": short_day, "time": hour}


class _Environment(ImmutableSandboxedEnvironment):
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """None: nothing is known to a template but its variables."""
        return {}


def _environment() -> ImmutableSandboxedEnvironment:
    # Nothing is escaped: notices are plain text.
    environment = _Environment(undefined=StrictUndefined, autoescape=False)
    environment.filters = dict(FILTERS)
    environment.globals = {}
    return environment


ENVIRONMENT = _environment()


def variables_of(source: str, key: str, text: str) -> set[str]:
    """What a template asks for; raises ``ContentShapeError`` where it is not in this language."""
    try:
        tree = ENVIRONMENT.parse(text)
        _check_blocks(source, key, tree)  # before compiling, which would already work out "'x' * 999999999"
        ENVIRONMENT.from_string(text)  # compiling finds filters that are not ours
        return meta.find_undeclared_variables(tree)
    except TemplateError as error:
        allowed = ", ".join(FILTERS)
        raise ContentShapeError.one(
            source,
            key,
            f"không dùng được câu mẫu ({error})",
            f"xem lại dấu {{{{ }}}} và {{% %}}; chỉ dùng các cách viết: {allowed}",
        ) from error


_BLOCKS = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.For,
    nodes.Filter, nodes.Test, nodes.CondExpr, nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand,
)  # fmt: skip
_ATTRIBUTES = frozenset({"index", "first", "last", "name", "amount", "basis"})
_TESTS = frozenset({"none"})


def _check_blocks(source: str, key: str, tree: nodes.Template) -> None:
    """What an office needs to write a notice, and nothing that could reach into the program."""
    for node in tree.find_all(nodes.Node):
        allowed = isinstance(node, _BLOCKS)
        if isinstance(node, nodes.Test):
            allowed = node.name in _TESTS
        elif isinstance(node, nodes.Getattr):
            allowed = node.attr in _ATTRIBUTES
        elif isinstance(node, nodes.For):
            allowed = not node.recursive
        if not allowed:
            raise ContentShapeError.one(
                source,
                key,
                f"dòng {node.lineno}: câu mẫu không được dùng '{type(node).__name__}'",
                "chỉ dùng tên biến, if, for, so sánh, và các cách viết " + ", ".join(FILTERS),
            )
