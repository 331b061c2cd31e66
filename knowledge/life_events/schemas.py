"""What happens in a family, and the procedures it brings, in order (``content/life-events/<id>.yaml``).

People say "nhà có người mất" or "mới sinh em bé" and name no procedure. The answer is the list of what has to
be done, the first thing first; the papers, fees and times of each stay in its own record.
"""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.yaml_shape import ContentShapeError, parse_shape


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class LifeStep(_Shape):
    """One thing to do: a procedure by its ``code``, or a ``matter`` that is known without data.

    ``why``: one line on what it is good for or by when it must be done; its figures must stand in the record.
    ``when``: the case in which it is needed at all.
    """

    code: str | None = None
    matter: str | None = None
    label: str = Field(min_length=1, max_length=60)
    why: str = Field(min_length=1, max_length=110)
    when: str | None = Field(default=None, max_length=60)

    @model_validator(mode="after")
    def _one_target(self) -> LifeStep:
        if (self.code is None) == (self.matter is None):
            raise ValueError("mỗi bước trỏ tới một nơi: viết code hoặc matter, không cả hai")
        return self


class LifeEvent(_Shape):
    """``signs``: how citizens say that it happened, each a pattern of words (``recognise.Sign``).

    ``about``: further words that belong to such a story and name no procedure. ``unless``: patterns that mean
    something else ("mới mất giấy tờ"). ``asks_list``: only a sentence that also asks for a list counts,
    because the sign alone is most often one procedure ("xây nhà cần giấy gì").
    """

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str = Field(min_length=1, max_length=60)
    lead: str = Field(min_length=1, max_length=160)
    sad: bool = False
    asks_list: bool = False
    signs: tuple[str, ...] = Field(min_length=1)
    about: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    steps: tuple[LifeStep, ...] = Field(min_length=2, max_length=8)
    notes: tuple[str, ...] = ()
    golden: tuple[str, ...] = Field(min_length=5)
    near_misses: tuple[str, ...] = Field(min_length=2)
    updated: date

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of its procedures, in order."""
        return tuple(step.code for step in self.steps if step.code)

    @model_validator(mode="after")
    def _something_to_press(self) -> LifeEvent:
        if not self.codes:
            raise ValueError("không có thủ tục nào: thêm ít nhất một bước có code")
        if len(set(self.steps)) != len(self.steps) or len(set(self.codes)) != len(self.codes):
            raise ValueError("một thủ tục viết hai lần: chỉ để ở một bước")
        return self


def parse_life_event(text: str, source: str) -> LifeEvent:
    """``content/life-events/<id>.yaml``; the file's name must be the id."""
    found = parse_shape(LifeEvent, text, source)
    name = source.rsplit("/", 1)[-1].split(".", 1)[0]
    if name != found.id:
        raise ContentShapeError.one(
            source, "id", f"id {found.id} nằm trong tệp {name}", "sửa id hoặc đổi tên tệp"
        )
    return found
