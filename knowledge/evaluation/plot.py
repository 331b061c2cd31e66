"""The calibration as a drawing: what was said against what came, both probabilities, areas by how many.

An SVG without scripts, styles or colours of its own: the page that shows it colours its classes, and alone it
is black on white. Every point carries its figures as a title; the table beside it says the same in words.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from knowledge.evaluation.calibration import Bin

_SIZE, _LEFT, _TOP, _SIDE = 384, 60, 14, 300
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def draw_calibration(first: Sequence[Bin], three: Sequence[Bin]) -> str:
    """``first`` as filled circles, ``three`` as open squares; told apart without colour."""
    most = max((one.n for one in (*first, *three)), default=1)
    parts = [
        f'<svg class="calibration" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE}"'
        ' role="img" aria-labelledby="calibration-title calibration-text">',
        '<title id="calibration-title">Máy tự tin bao nhiêu, thực tế đúng bấy nhiêu không</title>',
        f'<desc id="calibration-text">{_in_words(first, three)}</desc>',
        *_frame(),
        *_line(three, "three"),
        *_line(first, "first"),
        *(_square(one, most) for one in three),
        *(_circle(one, most) for one in first),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _x(value: float) -> float:
    return round(_LEFT + value * _SIDE, 1)


def _y(value: float) -> float:
    return round(_TOP + (1 - value) * _SIDE, 1)


def _frame() -> Iterator[str]:
    for tick in _TICKS:
        yield (
            f'<line class="grid" x1="{_x(0)}" x2="{_x(1)}" y1="{_y(tick)}" y2="{_y(tick)}"'
            ' stroke="currentColor" stroke-opacity="0.15"/>'
        )
        percent = f"{tick * 100:.0f} %"
        yield _text(_LEFT - 6, _y(tick) + 4, percent, "end")
        yield _text(_x(tick), _y(0) + 18, percent, "middle")
    yield (
        f'<line class="ideal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"'
        ' stroke="currentColor" stroke-dasharray="4 4" stroke-opacity="0.5"/>'
    )
    yield _text(_x(0.5), _y(0) + 44, "máy tự tin", "middle")
    yield _text(_LEFT + 6, _TOP + 12, "thực tế đúng", "start")


def _text(x: float, y: float, said: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="15" fill="currentColor">{said}</text>'


def _line(rows: Sequence[Bin], kind: str) -> Iterator[str]:
    if len(rows) > 1:
        points = " ".join(f"{_x(one.said)},{_y(one.came)}" for one in rows)
        yield f'<polyline class="{kind}" points="{points}" fill="none" stroke="currentColor"/>'


def _reach(one: Bin, most: int) -> float:
    """Area by number, so that ten answers do not look like a hundred."""
    return round(3 + 7 * math.sqrt(one.n / most), 1)


def _circle(one: Bin, most: int) -> str:
    return (
        f'<circle class="first" cx="{_x(one.said)}" cy="{_y(one.came)}" r="{_reach(one, most)}"'
        f' fill="currentColor"><title>đúng ngay đầu: {_point(one)}</title></circle>'
    )


def _square(one: Bin, most: int) -> str:
    half = _reach(one, most)
    return (
        f'<rect class="three" x="{round(_x(one.said) - half, 1)}" y="{round(_y(one.came) - half, 1)}"'
        f' width="{2 * half}" height="{2 * half}" fill="none" stroke="currentColor" stroke-width="2">'
        f"<title>đúng trong ba: {_point(one)}</title></rect>"
    )


def _point(one: Bin) -> str:
    return f"tự tin {one.said:.0%}, đúng {one.came:.0%}, {one.n} câu"


def _in_words(first: Sequence[Bin], three: Sequence[Bin]) -> str:
    told = [f"Đúng ngay đầu: {'; '.join(map(_point, first))}."] if first else []
    told += [f"Đúng trong ba: {'; '.join(map(_point, three))}."] if three else []
    return " ".join(told) or "Chưa có số liệu."
