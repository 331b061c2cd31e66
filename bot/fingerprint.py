"""The name of the model that belongs to the present training data, so that an unchanged one is not retrained.

Standard library alone: both environments ask for it.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_FOLDERS = ("bot/components", "bot/data", "bot/domain")
_KINDS = {".py", ".yml", ".yaml", ".txt"}

_TEXT_IMPORT = re.compile(r"^from core\.text\.(\w+) import", re.MULTILINE)


def _text_modules(root: Path, sources: list[Path]) -> set[Path]:
    """The modules of ``core.text`` that ``sources`` import, and what those import."""
    found: set[Path] = set()
    waiting = list(sources)
    while waiting:
        for name in _TEXT_IMPORT.findall(waiting.pop().read_text(encoding="utf-8")):
            module = root / "core" / "text" / f"{name}.py"
            if module not in found:
                found.add(module)
                waiting.append(module)
    return found


def training_files(root: Path = ROOT) -> list[Path]:
    """Every file that decides what the model knows or how a message is cut into words, sorted."""
    found = [root / "config.yml", root / "bot" / "uv.lock"]
    for folder in _FOLDERS:
        found += [path for path in (root / folder).rglob("*") if path.suffix in _KINDS]
    found += _text_modules(root, [path for path in found if path.suffix == ".py"])
    return sorted(path for path in found if path.is_file())


def model_name(root: Path = ROOT) -> str:
    """``motcua-`` and sixteen hexadecimal digits of the files' paths and contents."""
    digest = hashlib.sha256()
    for path in training_files(root):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(b"\0")
        digest.update(path.read_bytes())
        digest.update(b"\0")
    return f"motcua-{digest.hexdigest()[:16]}"


def model_path(folder: Path, root: Path = ROOT) -> Path:
    """Where the model for the present training data is kept inside ``folder``, whether or not it exists."""
    return folder / f"{model_name(root)}.tar.gz"
