"""A small sheet of named sums: each step is a formula over inputs, rates and earlier steps.

Pure and checked before it is used: a formula may only add, subtract, multiply, take the least or the
greatest, and name what is known; 0 and 1 are the only numbers it may write, because every other number
belongs to the record. Steps are put in order by what they need; a circle is an error that names its steps.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from graphlib import CycleError, TopologicalSorter

_OPERATORS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
_FUNCTIONS: dict[str, Callable[..., int]] = {"min": min, "max": max}
_PLAIN_NUMBERS = (0, 1)
# A sum beyond this is a slip of the keyboard, not a fee.
MOST = 10**12


class FormulaError(ValueError):
    """A formula that may not be used, with what to do about it."""


class Sheet:
    """``formulas`` by the name of their step. ``given``: names that come from outside."""

    def __init__(self, formulas: Mapping[str, str], given: frozenset[str]) -> None:
        self._trees = {name: _parse(name, text) for name, text in formulas.items()}
        needs = {name: _names(tree) for name, tree in self._trees.items()}
        for name, needed in needs.items():
            if name in given:
                raise FormulaError(f"'{name}' có hai nghĩa: đổi tên bước")
            for one in sorted(needed - given - set(formulas)):
                raise FormulaError(f"bước '{name}' dùng '{one}' chưa có: thêm vào hoặc sửa tên")
        graph = {name: needed & set(formulas) for name, needed in needs.items()}
        try:
            self.order = tuple(TopologicalSorter(graph).static_order())
        except CycleError as error:
            circle = " → ".join(error.args[1])
            raise FormulaError(f"các bước tính vòng lại nhau ({circle}): bỏ một mũi tên") from error
        self.given = given

    def work_out(self, values: Mapping[str, int]) -> dict[str, int]:
        """Every value by name, ``values`` included. ``KeyError`` when one of ``given`` is missing."""
        known = {name: values[name] for name in self.given}
        for name in self.order:
            known[name] = _value(self._trees[name], known)
            if abs(known[name]) > MOST:
                raise FormulaError(f"số ở bước '{name}' lớn quá: xem lại các số đã nhập")
        return known


def _parse(name: str, text: str) -> ast.expr:
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise FormulaError(f"công thức của '{name}' viết sai: chỉ dùng + - * min() max() và tên") from error
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and (
            type(node.value) is not int or node.value not in _PLAIN_NUMBERS
        ):
            raise FormulaError(
                f"công thức của '{name}' có số {node.value!r}: số phải lấy từ thủ tục, ghi ở rates, figures"
            )
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            continue
        if isinstance(node, ast.Call):
            plain = isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS
            if plain and len(node.args) >= 2 and not node.keywords:
                continue
        elif isinstance(node, ast.Name | ast.Constant | ast.expr_context | ast.operator):
            continue
        raise FormulaError(f"công thức của '{name}' dùng phép lạ: chỉ dùng + - * min() max() và tên")
    return tree


def _names(tree: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - set(_FUNCTIONS)


def _value(node: ast.expr, known: Mapping[str, int]) -> int:
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_value(node.left, known), _value(node.right, known))
    if isinstance(node, ast.Call):
        assert isinstance(node.func, ast.Name)  # noqa: S101 - seen to by _parse
        return _FUNCTIONS[node.func.id](*(_value(one, known) for one in node.args))
    if isinstance(node, ast.Name):
        return known[node.id]
    assert isinstance(node, ast.Constant)  # noqa: S101 - seen to by _parse
    return int(node.value)  # type: ignore[arg-type]
