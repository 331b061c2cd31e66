"""The file with a deployment's settings: the service and every command typed on the server read the same one.

Without it a command would quietly open an empty database beside the real one. It is read here alone, so that
a line means the same to everybody: ``NAME=value``, ``#`` for a comment, nothing is expanded.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

from dotenv.parser import parse_stream

from gateway.cli.problem import Problem

VARIABLE = "MOTCUA_ENV_FILE"


def load_environment() -> None:
    """What the file of ``MOTCUA_ENV_FILE`` says, where the environment does not say otherwise.

    Raises ``Problem``: a file that is named must be there and whole.
    """
    named = os.environ.get(VARIABLE)
    if not named:
        return
    for line in parse_stream(io.StringIO(_text(Path(named)))):
        if line.error or (line.key is not None and line.value is None):
            raise Problem(f"{named}, dòng {line.original.line}: viết TÊN=giá trị, hoặc # để ghi chú")
        if line.key is not None and line.value is not None:
            os.environ.setdefault(line.key, line.value)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Problem(
            f"không có tệp cấu hình {path} ({VARIABLE}): tạo tệp ấy, xem docs/operations/README.md"
        ) from None
    except PermissionError:
        raise Problem(
            f"tài khoản này không được đọc tệp cấu hình {path}: chạy bằng sudo, "
            "hoặc chown root:motcua và chmod 640"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"không đọc được tệp cấu hình {path}: {type(error).__name__}") from None
