"""The words of notices: ``messages/<event>/<channel>.vN.yaml``, checked before anything is sent with them.

A template sees only the variables it declares; one that it declares and does not use, or uses and does not
declare, is refused, so that a mistyped name is found by the editor and not by a citizen. It runs in Jinja's
immutable sandbox with four filters, and only the building blocks of an allow-list may stand in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Template
from pydantic import BaseModel, ConfigDict, Field, field_validator

from core.yaml_shape import ContentShapeError, parse_shape
from notifications.schemas import Channel
from notifications.template_language import ENVIRONMENT, variables_of
from notifications.zbs import ZbsForm

_NAME = re.compile(r"messages/(?P<event>[a-z_]+)/(?P<channel>[a-z]+)\.v(?P<version>\d+)\.ya?ml")
_LINE_ENDS, _EMPTY_LINES = re.compile(r"[ \t]+\n"), re.compile(r"\n{3,}")
_TAG_ALONE = re.compile(r"^[ \t]*(\{%[^%]*%\})[ \t]*\n", re.MULTILINE)


class WordingFile(BaseModel):
    """One YAML file. ``basis`` names the law that asks for the notice.

    ``short``: for text messages, a shorter wording that is registered too. ``zbs``: for Zalo, the template
    message as it is registered there; ``body`` then serves the open conversation.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str | None = None
    variables: tuple[str, ...] = Field(min_length=1)
    basis: str | None = None
    body: str = Field(min_length=1)
    short: str | None = Field(default=None, min_length=1)
    zbs: ZbsForm | None = None

    @field_validator("body", "short", mode="after")
    @classmethod
    def _without_its_last_line_end(cls, text: str | None) -> str | None:
        """A file ends with a line end and a form does not; the words are the same."""
        return text.rstrip("\n") if text else text


@dataclass(frozen=True)
class Wording:
    """A template ready to be filled in. ``identity`` is for example ``received/sms``."""

    event: str
    channel: Channel
    version: int
    variables: frozenset[str]
    title: Template | None
    body: Template
    source: str
    short: Template | None = None
    zbs: ZbsForm | None = None
    parameters: Mapping[str, Template] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        return f"{self.event}/{self.channel}"


@dataclass(frozen=True)
class Rendered:
    """``parameters`` of a Zalo template message; None where there is none, or one does not fit."""

    title: str | None
    text: str
    template_id: str
    template_version: int
    short: str | None = None
    parameters: dict[str, str] | None = None


class Wordings:
    """The newest version of every wording, by event and channel."""

    def __init__(
        self,
        wordings: Mapping[tuple[str, Channel], Wording],
        unapproved: frozenset[tuple[str, Channel]] = frozenset(),
    ) -> None:
        self._wordings = dict(wordings)
        self._unapproved = unapproved

    def find(self, event: str, channel: Channel) -> Wording | None:
        return self._wordings.get((event, channel))

    def may_leave(self, event: str, channel: Channel) -> bool:
        """Whether a carrier who wants words registered would take these."""
        return (event, channel) not in self._unapproved

    def without(self, unapproved: frozenset[tuple[str, Channel]]) -> Wordings:
        """The same words, but for what no carrier has approved."""
        return Wordings(self._wordings, unapproved)

    def __len__(self) -> int:
        return len(self._wordings)


def read_folder(folder: Path) -> dict[str, str]:
    """Texts of the message files under a content folder, by their path from it (``messages/…``)."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((folder / "messages").rglob("*.y*ml"))
    }


def load_templates(folder: Path) -> Wordings:
    """Every wording under a content folder; raises ``ContentShapeError`` with all that is wrong."""
    return from_documents(read_folder(folder))


def from_documents(documents: Mapping[str, str]) -> Wordings:
    """Wordings from texts by path: files of a folder, or published content of the database."""
    newest: dict[tuple[str, Channel], Wording] = {}
    problems = []
    for source, text in documents.items():
        try:
            wording = compile_wording(source, text)
        except ContentShapeError as error:
            problems += error.problems
            continue
        known = newest.get((wording.event, wording.channel))
        if known is None or known.version < wording.version:
            newest[wording.event, wording.channel] = wording
    if problems:
        raise ContentShapeError(problems)
    return Wordings(newest)


def compile_wording(source: str, text: str) -> Wording:
    """One file as a template; raises ``ContentShapeError`` where it cannot be used."""
    name = _NAME.fullmatch(source)
    if name is None or name["channel"] not in set(Channel):
        raise ContentShapeError.one(
            source, "", "tên tệp không đúng mẫu", "đặt tên như messages/received/sms.v1.yaml"
        )
    file = parse_shape(WordingFile, text, source)
    used = variables_of(source, "body", file.body) | variables_of(source, "title", file.title or "")
    used |= variables_of(source, "short", file.short or "")
    for parameter in file.zbs.parameters if file.zbs else ():
        used |= variables_of(source, f"zbs.{parameter.name}", parameter.value)
    _check_declared(source, used, file.variables)
    return Wording(
        event=name["event"],
        channel=Channel(name["channel"]),
        version=int(name["version"]),
        variables=frozenset(file.variables),
        title=ENVIRONMENT.from_string(file.title) if file.title else None,
        body=ENVIRONMENT.from_string(_on_own_lines(file.body)),
        source=source,
        short=ENVIRONMENT.from_string(file.short) if file.short else None,
        zbs=file.zbs,
        parameters={
            parameter.name: ENVIRONMENT.from_string(parameter.value)
            for parameter in (file.zbs.parameters if file.zbs else ())
        },
    )


def compile_text(event: str, channel: Channel, body: str) -> Wording:
    """A wording that stands in no file, of whatever variables it uses; raises ``ContentShapeError``."""
    return Wording(
        event=event,
        channel=channel,
        version=1,
        variables=frozenset(variables_of(event, "text", body)),
        title=None,
        body=ENVIRONMENT.from_string(body),
        source=event,
    )


def _on_own_lines(body: str) -> str:
    """A tag that stands alone on its line leaves no empty line behind."""
    return _TAG_ALONE.sub(r"\1", body)


def _check_declared(source: str, used: set[str], declared: tuple[str, ...]) -> None:
    problems = []
    for name in sorted(used - set(declared)):
        error = ContentShapeError.one(
            source, "variables", f"câu mẫu dùng '{name}' mà chưa khai báo", "thêm tên này vào variables"
        )
        problems += error.problems
    for name in sorted(set(declared) - used):
        error = ContentShapeError.one(
            source, "variables", f"khai báo '{name}' mà không dùng", "bỏ tên này khỏi variables"
        )
        problems += error.problems
    if problems:
        raise ContentShapeError(problems)


def render(wording: Wording, context: Mapping[str, Any]) -> Rendered:
    """The notice in plain text. Raises ``KeyError`` when a declared variable is not in ``context``."""
    values = {name: _one_line(context[name]) for name in wording.variables}
    title = wording.title.render(values).strip() if wording.title else None
    return Rendered(
        title,
        _tidy(wording.body.render(values)),
        wording.identity,
        wording.version,
        short=_tidy(wording.short.render(values)) if wording.short else None,
        parameters=_parameters(wording, values),
    )


def body_of(wording: Wording, context: Mapping[str, Any]) -> str:
    """The text of ``render`` alone."""
    values = {name: _one_line(context[name]) for name in wording.variables}
    return _tidy(wording.body.render(values))


def _tidy(text: str) -> str:
    return _EMPTY_LINES.sub("\n\n", _LINE_ENDS.sub("\n", text)).strip()


def _parameters(wording: Wording, values: Mapping[str, Any]) -> dict[str, str] | None:
    if wording.zbs is None:
        return None
    found: dict[str, str] = {}
    for parameter in wording.zbs.parameters:
        rendered = wording.parameters[parameter.name].render(values).strip()
        value = parameter.fit(rendered, wording.zbs.limit_of(parameter.name))
        if value is None:
            return None
        found[parameter.name] = value
    return found


def _one_line(value: Any) -> Any:
    """Texts from other systems may hold line breaks and control characters; ours say where lines end."""
    if isinstance(value, str):
        if not value.isprintable():
            value = "".join(char if char.isprintable() else " " for char in value)
        return " ".join(value.split())
    if isinstance(value, list | tuple):
        return [_one_line(item) for item in value]
    if isinstance(value, dict):
        return {key: _one_line(item) for key, item in value.items()}
    return value
