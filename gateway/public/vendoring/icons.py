"""Gathers the few icons of the citizen pages into one sprite. Run once per icon release:

npm pack @tabler/icons && tar xzf tabler-icons-*.tgz
python gateway/public/vendoring/icons.py package/
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

SPRITE = Path(__file__).parents[1] / "static" / "vendor" / "icons.svg"
ICONS = (
    "adjustments-horizontal alert-triangle arrow-back-up arrow-down arrow-right clock coins download "
    "external-link home info-circle list-check map-pin message-circle message-report printer qrcode refresh "
    "search send text-size volume wifi-off"
).split()


def symbol(name: str, source: str) -> str:
    """The drawing of one outline icon as a ``<symbol>``; colour and width of the line come from the page."""
    paths = re.findall(r"<(?!path stroke=\"none\")(?:path|circle|rect|line|polyline)[^>]*?/>", source)
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(paths)}</symbol>'


def main(package: Path) -> None:
    outline = package / "icons" / "outline"
    symbols = [symbol(name, (outline / f"{name}.svg").read_text()) for name in ICONS]
    SPRITE.write_text('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
