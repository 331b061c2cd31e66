"""A second pair of eyes: every figure of a curated procedure held against the national record of its code.

What differs is listed field by field. A difference that is right (the table of the source says "1" without a
unit, its steps say five working days) carries a note in the file under ``differs``: what the record says, why
ours is right, and on which basis. The note covers just that reading of the record: when the record changes,
the difference is listed again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from core.text.fold import fold
from knowledge.answer.figures import CHANNEL_WORDS, duration_words, fee_words
from knowledge.curated import CuratedProcedure, DifferentField
from knowledge.legal import plain_number
from knowledge.schemas import Duration, Fee, FeeKind, Method, Procedure, SubmissionChannel

_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
_REFERENCE = re.compile(r"\d+/\d{4}/[A-ZĐƯ0-9-]+")
_NOTHING = "không có"


@dataclass(frozen=True)
class Difference:
    """``field`` with the ways of filing it stands for; ``ours`` and ``record`` in words."""

    code: str
    field: DifferentField
    where: str
    ours: str
    record: str
    explained: str | None = None

    def __str__(self) -> str:
        why = f" [đã ghi chú: {self.explained}]" if self.explained else ""
        said = f"tệp ghi {self.ours}; bản ghi: {self.record}"
        return f"{self.code}, {self.field.words} ({self.where}): {said}{why}"


def differences(curated: CuratedProcedure, record: Procedure, source_text: str) -> list[Difference]:
    """Where the figures of a curated file are not those of its record.

    ``source_text``: the whole record as its source wrote it, in which every other number of ours must stand.
    """
    ours, theirs = _by_channel(curated.to_procedure().methods), _by_channel(record.methods)
    found = [
        *_per_channel(curated.code, DifferentField.FEE, ours, theirs),
        *_per_channel(curated.code, DifferentField.DURATION, ours, theirs),
        *_channels(curated.code, ours, theirs),
        *_numbers(curated, source_text),
    ]
    return [with_note(one, curated) for one in found]


def _by_channel(methods: Iterable[Method]) -> dict[SubmissionChannel, tuple[Method, ...]]:
    """The source lists a way of filing once for each of its times."""
    found: dict[SubmissionChannel, tuple[Method, ...]] = {}
    for method in methods:
        found[method.channel] = (*found.get(method.channel, ()), method)
    return found


def _per_channel(
    code: str,
    field: DifferentField,
    ours: dict[SubmissionChannel, tuple[Method, ...]],
    theirs: dict[SubmissionChannel, tuple[Method, ...]],
) -> Iterator[Difference]:
    """Ways of filing with one and the same difference are told together."""
    groups: dict[tuple[str, str], list[SubmissionChannel]] = {}
    for channel in SubmissionChannel:
        if channel in ours and channel in theirs:
            pair = (_said(field, ours[channel]), _said(field, theirs[channel]))
            if pair[0] != pair[1]:
                groups.setdefault(pair, []).append(channel)
    for (mine, recorded), channels in groups.items():
        yield Difference(code, field, _names(channels), mine, recorded)


def _said(field: DifferentField, methods: Sequence[Method]) -> str:
    if field is DifferentField.FEE:
        said = {_fee(one) for method in methods for one in method.fees}
    else:
        said = {_duration(one) for method in methods for one in method.durations}
    return "; ".join(sorted(said)) or _NOTHING


def _fee(one: Fee) -> str:
    return fee_words(one.model_copy(update={"per": None})) if one.kind is not FeeKind.UNKNOWN else "không rõ"


def _duration(one: Duration) -> str:
    return duration_words(one.model_copy(update={"note": None})) if one.unit is not None else "không rõ"


def _channels(
    code: str,
    ours: dict[SubmissionChannel, tuple[Method, ...]],
    theirs: dict[SubmissionChannel, tuple[Method, ...]],
) -> Iterator[Difference]:
    if ours.keys() != theirs.keys():
        yield Difference(code, DifferentField.CHANNELS, "mọi cách nộp", _names(ours), _names(theirs))


def _names(channels: Iterable[SubmissionChannel]) -> str:
    return ", ".join(CHANNEL_WORDS[channel] for channel in sorted(channels)) or _NOTHING


def _numbers(curated: CuratedProcedure, source_text: str) -> Iterator[Difference]:
    """Numbers and legal references of our sentences that stand nowhere in the record."""
    whole = fold(source_text).replace(" ", "")
    known = _runs(source_text)
    strange: dict[str, None] = {}
    for text in _texts(
        curated.model_dump(
            mode="json",
            exclude={"code", "url", "updated", "aliases", "near_misses", "golden", "differs", "option_label"},
        )
    ):
        for reference in _REFERENCE.findall(text):
            if plain_number(reference) not in whole:
                strange[reference] = None
        strange.update(dict.fromkeys(sorted(_runs(_REFERENCE.sub(" ", text)) - known)))
    if strange:
        yield Difference(
            curated.code, DifferentField.NUMBERS, "trong câu chữ", ", ".join(strange), "không thấy"
        )


def _runs(text: str) -> set[str]:
    """Runs of digits, the dots of thousands taken out, without leading zeros."""
    return {run.lstrip("0") for run in re.findall(r"\d+", _THOUSANDS.sub("", text))} - {""}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def with_note[D: Difference](one: D, curated: CuratedProcedure) -> D:
    """With what a person has noted about exactly this reading."""
    for note in curated.differs:
        if (note.field, note.ours, note.record) == (one.field, one.ours, one.record):
            return replace(one, explained=f"{note.why} ({note.basis})")
    return one
