"""Logs: one line an event, for people on a terminal and as JSON elsewhere, and never a secret in them."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor

from lyceum.settings import Settings

HIDDEN = "[hidden]"
MAX_DEPTH = 4
_SECRET_KEY = re.compile(
    r"token|secret|password|passwd|authorization|cookie|api_?key|credential|private", re.IGNORECASE
)
_SECRET_TEXT: Sequence[tuple[re.Pattern[str], str]] = (
    # a parameter of a query string or a form
    (re.compile(r"(?i)\b((?:[a-z_]*token|secret|password|api_?key|code|signature)=)[^&\s\"'#]+"), rf"\1{HIDDEN}"),
    # user:password@ of a URL
    (re.compile(r"(?<=://)([^/\s:@]*):[^/\s@]+@"), rf"\1:{HIDDEN}@"),
    # an Authorization header, in any clothing
    (re.compile(r"(?i)\b(bearer|basic)[ +]+[A-Za-z0-9._~+/=-]{8,}"), rf"\1 {HIDDEN}"),
    # a JWT on its own
    (re.compile(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.?[A-Za-z0-9_-]*"), HIDDEN),
)


def hide_secrets(_logger: object, _method: str, event: EventDict) -> MutableMapping[str, Any]:
    """A structlog processor: values under telling keys, and secrets inside any text, become ``[hidden]``."""
    return {key: value if key.startswith("_") else _hidden(key, value, MAX_DEPTH) for key, value in event.items()}


def hide_in_text(text: str) -> str:
    """``text`` with tokens, passwords and query values of that kind taken out."""
    for pattern, instead in _SECRET_TEXT:
        text = pattern.sub(instead, text)
    return text


def _hidden(key: str, value: object, depth: int) -> object:
    if _SECRET_KEY.search(key) and value not in (None, "", True, False):
        return HIDDEN
    if isinstance(value, str):
        return hide_in_text(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return f"{len(value)} bytes"
    if depth > 0 and isinstance(value, Mapping):
        pairs = cast(Mapping[object, object], value).items()
        return {str(name): _hidden(str(name), inner, depth - 1) for name, inner in pairs}
    if depth > 0 and isinstance(value, list | tuple | set | frozenset):
        return [_hidden(key, inner, depth - 1) for inner in cast(Sequence[object], value)]
    if isinstance(value, int | float | None):
        return value
    return hide_in_text(str(value))


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Send structlog's and the standard library's records to ``stream`` (standard error), in one form."""
    out = stream or sys.stderr
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_process(settings.process),
        structlog.processors.format_exc_info,
        hide_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(settings.log_format, out),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("alembic", "uvicorn.access", "aioice", "aiortc", "httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(max(level, logging.WARNING))


def _name_process(name: str) -> Processor:
    def add(_logger: object, _method: str, event: EventDict) -> EventDict:
        if name:
            event["process"] = name
        return event

    return add


def _renderer(form: str, stream: TextIO) -> Processor:
    if form == "json" or (form == "auto" and not stream.isatty()):
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=stream.isatty())
