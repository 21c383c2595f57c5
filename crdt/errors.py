"""Everything this package raises.

CrdtError
├── UpdateRefused       an update from a client that may not enter a document
├── AwarenessRefused    awareness bytes that cannot be taken
├── StateVectorRefused  a state vector that cannot be read
└── DocumentCorrupt     stored bytes that do not load, or an engine that broke while applying
"""


class CrdtError(Exception):
    """A refusal with a stable ``code`` (for programs) and a ``message`` (for people)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class UpdateRefused(CrdtError):
    """An update that was not applied and changed nothing.

    Codes: ``malformed``, ``unsupported``, ``too-large``, ``too-deep``, ``too-many``, ``clock-out-of-range``,
    ``clock-gap-too-large``, ``pending-full``, ``document-full``, ``schema``.
    """


class AwarenessRefused(CrdtError):
    """Awareness bytes that were not taken. Codes: ``malformed``, ``too-large``, ``too-many``."""


class StateVectorRefused(CrdtError):
    """A state vector that was not answered. Codes: ``malformed``, ``too-large``, ``too-many``."""


class DocumentCorrupt(CrdtError):
    """A document that cannot be served; ``index`` is the stored blob at fault, when one is known.

    Codes: ``bad-blob`` (it does not load) and ``engine-panic`` (load it again from storage).
    """

    def __init__(self, code: str, message: str, index: int | None = None) -> None:
        super().__init__(code, message)
        self.index = index
