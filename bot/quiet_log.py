"""Output of the Rasa processes that cannot carry a citizen's words.

Rasa logs the message, the slots and, on an error, every local variable. Here each record is stripped when it
is made, before any handler or library formatter sees it: level, logger and exception type remain.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

_make_record = logging.LogRecord


def _exception_type(exc_info: Any) -> str:
    if exc_info is True:
        exc_info = sys.exc_info()
    if isinstance(exc_info, BaseException):
        return type(exc_info).__name__
    if isinstance(exc_info, tuple) and exc_info and exc_info[0] is not None:
        return str(exc_info[0].__name__)
    return ""


def _stripped_record(
    name: str,
    level: int,
    pathname: str,
    lineno: int,
    msg: Any,
    args: Any,
    exc_info: Any,
    *rest: Any,
    **more: Any,
) -> logging.LogRecord:
    del msg, args, rest, more
    return _make_record(name, level, pathname, lineno, _exception_type(exc_info), (), None)


def _to_standard_logging(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> tuple[tuple[str], MutableMapping[str, Any]]:
    del logger, method
    return ("",), {"exc_info": event.get("exc_info")}


def _excepthook(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    del error, traceback
    logging.getLogger("bot").critical("", exc_info=(kind, None, None))  # type: ignore[arg-type]


def say(text: str) -> None:
    """Our own words on standard error: start and stop of the process, never anything from a message."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def silence(level: int = logging.WARNING) -> None:
    """From now on nothing but level, logger and exception type reaches the output of this process."""
    logging.setLogRecordFactory(_stripped_record)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)  # stripped, they say nothing
    structlog.configure(
        processors=[_to_standard_logging],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _excepthook
    threading.excepthook = lambda args: _excepthook(args.exc_type, None, None)  # type: ignore[arg-type]
    # A stray print in a library is output too.
    sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115
