"""The bodies of media signalling, as they travel in `Signal` frames (docs/media.md). Kinds are the keys of
`REQUESTS`."""

from typing import Any

import msgspec


class Join(msgspec.Struct, forbid_unknown_fields=False):
    """What is published here? Also asks for news. → `Joined`."""


class Publish(msgspec.Struct):
    """An offer to publish with; `sources` names what each mid shows. With `publication`, a later offer of that
    connection (a screen added, an ICE restart). → `{publication, sdp}`."""

    sdp: str
    sources: dict[str, str] = {}
    muted: list[str] = []
    """Mids that begin muted."""
    publication: str = ""


class Unpublish(msgspec.Struct):
    """End a publication of one's own; staff may end anybody's. → `{}`."""

    publication: str


class Wanted(msgspec.Struct):
    """One track: the height it is shown at, or a layer by name; higher priority keeps quality longer."""

    track: str
    height: int = 1 << 16
    rid: str | None = None
    priority: int = 0
    paused: bool = False


class Receive(msgspec.Struct):
    """All that this connection wants now; opens its receiving connection when there is none.
    → `{receiver, sdp}`: an offer to answer, or no sdp."""

    tracks: list[Wanted] = []
    last_n: int | None = None


class Answer(msgspec.Struct):
    """The browser's answer to the last offer. → `{sdp}`: the next offer, or none."""

    sdp: str


class Restart(msgspec.Struct):
    """An ICE restart of the receiving connection. → `{sdp}`."""


class Mute(msgspec.Struct):
    """Stop or resume one's own track; staff stop anybody's. → `{}`."""

    track: str
    muted: bool


class MuteAll(msgspec.Struct):
    """Staff: stop everybody's tracks of one source but staff's. → `{}`."""

    source: str = "microphone"


class Stats(msgspec.Struct):
    """How this connection's media does. → `{receiver, publications}`."""


Request = Join | Publish | Unpublish | Receive | Answer | Restart | Mute | MuteAll | Stats

REQUESTS: dict[str, type[Any]] = {
    "join": Join,
    "publish": Publish,
    "unpublish": Unpublish,
    "receive": Receive,
    "answer": Answer,
    "restart": Restart,
    "mute": Mute,
    "mute-all": MuteAll,
    "stats": Stats,
}


class BadRequest(Exception):
    """A kind that does not exist or a body of another shape; the message says which."""


def decode(kind: str, body: bytes | msgspec.Raw) -> Request:
    """The request inside a frame. Raises `BadRequest`."""
    shape = REQUESTS.get(kind)
    if shape is None:
        raise BadRequest("there is no such media request")
    raw = bytes(body)
    try:
        if raw == b"\xc0":
            raw = b"\x80"
        request: Request = msgspec.msgpack.decode(raw, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise BadRequest(f"this is not the body of {kind}: {problem}") from None
    return request
