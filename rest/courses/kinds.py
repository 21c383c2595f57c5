# pyright: strict
"""Which files are taken, and how they are served: by their name's ending, checked against their first bytes.

What a browser could run as a page of ours (HTML, SVG, scripts) is served for download only, and everything with headers
that keep it from being read as anything else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

HEAD_BYTES = 512
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file."""

    media_type: str
    inline: bool
    """Whether a browser may show it in place."""
    fits: Callable[[bytes], bool]
    """Whether a file may start with these bytes (the first `HEAD_BYTES`, or all)."""


def _starts(*magics: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magics)


def _container(*brands: bytes) -> Callable[[bytes], bool]:
    """ISO base media (MP4): the size of the first box, then ``ftyp``."""
    return lambda head: head[4:8] == b"ftyp" and (not brands or head[8:12] in brands)


def _riff(form: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[:4] == b"RIFF" and head[8:12] == form


def _text(head: bytes) -> bool:
    """UTF-8 without control characters other than white space; the last character may be cut off."""
    if any(byte < 32 and byte not in (9, 10, 12, 13) for byte in head):
        return False
    for cut in range(4 if len(head) == HEAD_BYTES else 1):
        try:
            head[: len(head) - cut].decode()
        except UnicodeDecodeError:
            continue
        return True
    return False


_ZIP = _starts(*(b"PK" + end for end in (b"\x03\x04", b"\x05\x06")))

KINDS: dict[str, Kind] = {
    "pdf": Kind("application/pdf", True, _starts(b"%PDF-")),
    "png": Kind("image/png", True, _starts(b"\x89PNG\r\n\x1a\n")),
    "jpg": Kind("image/jpeg", True, _starts(b"\xff\xd8\xff")),
    "jpeg": Kind("image/jpeg", True, _starts(b"\xff\xd8\xff")),
    "gif": Kind("image/gif", True, _starts(b"GIF87a", b"GIF89a")),
    "webp": Kind("image/webp", True, _riff(b"WEBP")),
    "mp3": Kind("audio/mpeg", True, _starts(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa")),
    "wav": Kind("audio/wav", True, _riff(b"WAVE")),
    "ogg": Kind("audio/ogg", True, _starts(b"OggS")),
    "m4a": Kind("audio/mp4", True, _container()),
    "mp4": Kind("video/mp4", True, _container()),
    "webm": Kind("video/webm", True, _starts(b"\x1a\x45\xdf\xa3")),
    "txt": Kind("text/plain; charset=utf-8", True, _text),
    "md": Kind("text/markdown; charset=utf-8", False, _text),
    "csv": Kind("text/csv; charset=utf-8", False, _text),
    "json": Kind("application/json", False, _text),
    "ipynb": Kind("application/x-ipynb+json", False, _text),
    "py": Kind("text/x-python; charset=utf-8", False, _text),
    "java": Kind("text/x-java; charset=utf-8", False, _text),
    "c": Kind("text/x-c; charset=utf-8", False, _text),
    "svg": Kind("image/svg+xml", False, _text),
    "zip": Kind("application/zip", False, _ZIP),
    "docx": Kind(OFFICE + "wordprocessingml.document", False, _ZIP),
    "xlsx": Kind(OFFICE + "spreadsheetml.sheet", False, _ZIP),
    "pptx": Kind(OFFICE + "presentationml.presentation", False, _ZIP),
    "odt": Kind(OPEN_DOCUMENT + "text", False, _ZIP),
    "ods": Kind(OPEN_DOCUMENT + "spreadsheet", False, _ZIP),
    "odp": Kind(OPEN_DOCUMENT + "presentation", False, _ZIP),
}


def kind_of(name: str, head: bytes) -> Kind | None:
    """The kind of a file called ``name`` that begins with ``head``; None: it is not taken."""
    kind = KINDS.get(name.rpartition(".")[2].lower()) if "." in name else None
    return kind if kind is not None and kind.fits(head) else None


def headers(name: str, media_type: str, digest: str) -> dict[str, str]:
    """How a file is answered: never sniffed, framed or run, and kept by the browser of its reader alone."""
    kind = KINDS.get(name.rpartition(".")[2].lower())
    place = "inline" if kind is not None and kind.inline else "attachment"
    return {
        "Content-Type": media_type,
        "Content-Disposition": f"{place}; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; img-src 'self'; media-src 'self'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, max-age=3600",
        "Accept-Ranges": "bytes",
        "ETag": f'"{digest}"',
    }


def byte_range(header: str | None, size: int) -> tuple[int, int] | None:
    """First byte and length asked for by a ``Range`` of one range (RFC 9110 §14.2); None: all of it.

    A range that no byte is in has length 0 or less; what is not understood is ignored, as the RFC says."""
    unit, _, spec = (header or "").partition("=")
    first, dash, last = spec.strip().partition("-")
    if unit.strip() != "bytes" or not dash or "," in spec:
        return None
    if not all(part.isascii() and (part.isdigit() or part == "") for part in (first, last)) or len(spec) > 40:
        return None
    if first:
        start, end = int(first), min(int(last or size), size - 1)
        return None if last and int(last) < start else (start, end - start + 1)
    return (max(0, size - int(last)), min(int(last), size)) if last else None
