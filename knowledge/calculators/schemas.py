"""How a fee is worked out where it depends on how much of something (``content/calculators/<id>.yaml``).

The file says which rows of the record count and how; the amounts themselves are read from the record each
time. Where a row or a figure is no longer there, the calculator rests and the rows are shown as they are.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.yaml_shape import ContentShapeError, parse_shape
from knowledge.calculators.engine import FormulaError, Sheet

_NAME = r"^[a-z][a-z_]*$"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class _Named(_Shape):
    id: str = Field(pattern=_NAME)


class Quantity(_Named):
    """Something the citizen says. ``units``: words that follow the number in a sentence, the first is shown.

    ``default`` is taken when it was not said; without one there is nothing to work out.
    """

    label: str = Field(min_length=1)
    units: tuple[str, ...] = Field(min_length=1)
    default: int | None = Field(default=None, ge=1)
    most: int = Field(default=500, ge=1)


class Rate(_Named):
    """An amount of the record: the fee whose case (``when``) reads so."""

    when: str | None = None


class Figure(_Named):
    """Another number that the record says in words, in ``when`` or ``note`` of the fee of a rate."""

    of: str
    number: int = Field(ge=0)
    money: bool = False


class Step(_Named):
    """One sum. ``says``: the line that shows it, names in braces.

    ``unless_same``: the line is left out when this sum equals that other one, for it changed nothing.
    """

    formula: str = Field(min_length=1)
    money: bool = False
    says: str | None = None
    unless_same: str | None = None


class Calculator(_Shape):
    id: str = Field(pattern=r"^[a-z0-9-]+$")
    procedures: tuple[str, ...] = Field(min_length=1)
    quantities: tuple[Quantity, ...] = Field(min_length=1)
    rates: tuple[Rate, ...] = Field(min_length=1)
    figures: tuple[Figure, ...] = ()
    steps: tuple[Step, ...] = Field(min_length=1)
    total: str

    @model_validator(mode="after")
    def _hangs_together(self) -> Calculator:
        names = [*self._given_names(), *(step.id for step in self.steps)]
        if len(names) != len(set(names)):
            raise ValueError("một tên dùng hai lần: đổi tên")
        if self.total not in {step.id for step in self.steps}:
            raise ValueError(f"total '{self.total}' không phải tên một bước: ghi tên bước cuối")
        rates = {rate.id for rate in self.rates}
        for figure in self.figures:
            if figure.of not in rates:
                raise ValueError(f"figures '{figure.id}' lấy từ '{figure.of}' chưa có: thêm vào rates")
        try:
            self.sheet()
        except FormulaError as error:
            raise ValueError(str(error)) from error
        return self

    def sheet(self) -> Sheet:
        return Sheet({step.id: step.formula for step in self.steps}, frozenset(self._given_names()))

    def _given_names(self) -> list[str]:
        named: list[_Named] = [*self.quantities, *self.rates, *self.figures]
        return [one.id for one in named]

    @property
    def money_names(self) -> frozenset[str]:
        return frozenset(
            [rate.id for rate in self.rates]
            + [figure.id for figure in self.figures if figure.money]
            + [step.id for step in self.steps if step.money]
        )


class PersonKind(_Shape):
    """Who may be exempt: words citizens use of themselves, and words by which a record names them."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    name: str = Field(min_length=1)
    says: tuple[str, ...] = Field(min_length=1)
    records: tuple[str, ...] = Field(min_length=1)


class PersonKinds(_Shape):
    persons: tuple[PersonKind, ...]


PERSONS = "calculators/persons.yaml"


def parse_calculator(text: str, source: str) -> Calculator:
    """``content/calculators/<id>.yaml``; the file's name must be the id."""
    found = parse_shape(Calculator, text, source)
    if source.rsplit("/", 1)[-1].split(".", 1)[0] != found.id:
        raise ContentShapeError.one(source, "id", f"id {found.id} khác tên tệp", "sửa id hoặc đổi tên tệp")
    return found


def parse_persons(text: str, source: str) -> tuple[PersonKind, ...]:
    """``content/calculators/persons.yaml``."""
    return parse_shape(PersonKinds, text, source).persons
