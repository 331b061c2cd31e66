"""Structured logs on standard error that cannot carry a citizen's words or number.

Only the keys named here may hold free text; what looks like a phone, an identity number or an address for
mail is masked wherever it stands. Exceptions are logged by type and place, never with their local values.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

from core.text.mask import mask_personal

# Values under these names are a citizen's words or personal data whatever they look like.
_NEVER = frozenset({"text", "question", "message", "body", "payload", "name", "phone", "email", "comment"})


def _drop_private(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in list(event):
        if key in _NEVER:
            event[key] = "[kept out of the log]"
        elif isinstance(event[key], str):
            event[key] = mask_personal(event[key])
    return event


def _exception_by_type(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    elif isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        frames = traceback.extract_tb(info[2])[-4:]
        event["exception"] = info[0].__name__
        event["where"] = [f"{frame.name}:{frame.lineno}" for frame in frames]
    return event


class _QuietFormatter(logging.Formatter):
    """For libraries' own records: level, logger and exception type, without their message arguments."""

    def format(self, record: logging.LogRecord) -> str:
        exception = f" {record.exc_info[0].__name__}" if record.exc_info and record.exc_info[0] else ""
        return f"{record.levelname.lower()} {record.name}{exception}"


def configure(level: str = "INFO", *, process: str = "motcua") -> None:
    """Set up logging for this process; call once at its start."""
    numeric = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exception_by_type,
            _drop_private,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_QuietFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
