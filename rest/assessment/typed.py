"""Mathematical typing brought to plain characters: ``3×10⁻⁵ µm²`` becomes ``3*10^-5 μm^2``."""

import re
import unicodedata

_RAISED = re.compile("[\u207a\u207b]?[\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+")
_SIGNS = str.maketrans(
    {"\u2212": "-", "\u2013": "-", "×": "*", "·": "*", "⋅": "*", "’": "'", "⁄": "/", "٫": ".", "٬": ","}
)


def typed(text: str) -> str:
    """``text`` with superscripts as ``^``, one kind of minus, times and apostrophe, and compatible letters unified."""
    flat = _RAISED.sub(lambda found: f"^{found[0]}", text)
    return unicodedata.normalize("NFKC", flat).translate(_SIGNS).strip()
