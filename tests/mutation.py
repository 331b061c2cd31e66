"""Made-up input that is nearly right: a valid sample with something in it replaced, lost or doubled."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

_SPECIAL = st.sampled_from(
    [
        None, True, 0, -1, 1e308, float("nan"), float("inf"), 10**30, "", " ", "0900000001", "\x00", "\ud83d",
        "=1+1", "{{ 7*7 }}", "2026-02-30", "99999999999999", "0001-01-01T00:00:00Z", "x" * 5000, [], {}, [[]],
        {"a": {"a": {"a": {}}}}, "٠٩٠", "2026-11-26T25:00:00+99:99", "\u202e", "A" * 200 + "-1",
    ]
)  # fmt: skip
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | _SPECIAL,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _places(inner, (*path, index))


def _with(value: Any, path: tuple[Any, ...], new: Any, lose: bool) -> Any:
    if not path:
        return new
    value = copy.deepcopy(value)
    inside = value
    for step in path[:-1]:
        inside = inside[step]
    if lose:
        del inside[path[-1]]
    else:
        inside[path[-1]] = new
    return value


@st.composite
def nearly(draw: st.DrawFn, *samples: Any) -> Any:
    """One of the samples with one to three of its parts changed."""
    value = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(_places(value))))
        value = _with(value, path, draw(json_values), draw(st.booleans()))
    return value


_PIECES = st.sampled_from([b"\x00", b"\xff\xfe", b'"', b"\n", b"{", b","])


@st.composite
def damaged(draw: st.DrawFn, *samples: bytes) -> bytes:
    """Bytes of a sample, some of them overwritten, lost, doubled, or cut off."""
    raw = bytearray(draw(st.sampled_from(samples)))
    for _ in range(draw(st.integers(1, 4))):
        if not raw:
            break
        at = draw(st.integers(0, len(raw) - 1))
        piece = draw(
            st.binary(max_size=12) | st.sampled_from([b"\x00", b"\xff\xfe", b'"', b"\n", b"{", b","])
        )
        match draw(st.sampled_from(["over", "in", "cut", "lose", "double"])):
            case "over":
                raw[at : at + len(piece)] = piece
            case "in":
                raw[at:at] = piece
            case "cut":
                del raw[at:]
            case "lose":
                del raw[at : at + 8]
            case "double":
                raw += raw[at:][:2000]
    return bytes(raw)


@st.composite
def damaged_text(draw: st.DrawFn, *samples: str) -> str:
    return draw(damaged(*(one.encode() for one in samples))).decode("utf-8", "replace")
