"""Our names as QTI identifiers, which start with a letter and know few other signs: what does not fit is spelt out."""

import re

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._-]*\Z")
_SPELT = re.compile(r"_x([0-9a-f]{1,6})_")


def to_identifier(name: str) -> str:
    """``name`` as it is where that is allowed, otherwise with odd signs as ``_x…_``; `from_identifier` turns it
    back."""
    if _PLAIN.match(name) and not _SPELT.search(name):
        return name
    spelt = "".join(c if re.match(r"[A-Za-z0-9.-]", c) else f"_x{ord(c):x}_" for c in name)
    return spelt if spelt[:1].isalpha() else f"_x_{spelt}"


def from_identifier(identifier: str) -> str:
    """The name that `to_identifier` made ``identifier`` of; any other identifier is itself."""
    return _SPELT.sub(lambda found: _character(found), identifier.removeprefix("_x_"))


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return chr(code) if code <= 0x10FFFF else found[0]
