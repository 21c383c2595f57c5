"""The nouns of the SFU: who asks, what is published, who receives, and the news that goes out."""

from collections.abc import Callable
from dataclasses import dataclass, field

from media.climb import Climb
from media.downlink import DownTrack
from media.negotiate import Agreed
from media.peer import Peer
from media.speaker import SpeakerDetector
from media.uplink import UpTrack

SOURCES = ("camera", "microphone", "screen", "screen-audio")


@dataclass(frozen=True, slots=True)
class Who:
    """The person behind a request, from their grant. `owner` is what ends with them: a connection or a WHIP session."""

    user: str
    name: str = ""
    role: str = "student"
    staff: bool = False
    may_publish: bool = True
    owner: str = ""
    many: bool = False
    """A service or a load test under one name: not counted as one person."""


@dataclass(slots=True)
class Line:
    """One m-line of a session. `agreed` is None while it is refused; `down` is what a receiver gets on it now."""

    kind: str
    mid: str
    agreed: Agreed | None = None
    down: DownTrack | None = None
    formats: list[str] = field(default_factory=list[str])
    protocol: str = "UDP/TLS/RTP/SAVPF"


@dataclass(slots=True)
class Publication:
    """One publishing peer connection and its tracks."""

    id: str
    room: str
    who: Who
    peer: Peer
    session_id: int
    version: int = 1
    lines: list[Line] = field(default_factory=list[Line])
    tracks: dict[str, UpTrack] = field(default_factory=dict[str, UpTrack])
    """By track id."""
    answer: str = ""
    home: str = ""
    """The node it is published at, when that is another one."""


@dataclass(slots=True)
class Want:
    """What a receiver asks of one track: the height it shows, or a layer by name; `priority` breaks ties upward."""

    track: str
    height: int = 1 << 16
    rid: str | None = None
    priority: int = 0
    paused: bool = False


@dataclass(slots=True)
class Receiver:
    """One receiving peer connection: m-lines in order, and what the person wants on them."""

    id: str
    room: str
    who: Who
    peer: Peer
    session_id: int
    client_offers: bool
    version: int = 0
    lines: list[Line] = field(default_factory=list[Line])
    wants: dict[str, Want] = field(default_factory=dict[str, Want])
    offered: bool = False
    """An offer of ours awaits its answer."""
    stale: bool = False
    """What the browser was last told is not how things are: an offer is due."""
    started: bool = False
    last_n: int | None = None
    climb: Climb = field(default_factory=Climb)
    answer: str = ""


@dataclass(slots=True)
class MediaRoom:
    """All media of one room on this node."""

    key: str
    publications: dict[str, Publication] = field(default_factory=dict[str, Publication])
    receivers: dict[str, Receiver] = field(default_factory=dict[str, Receiver])
    tracks: dict[str, UpTrack] = field(default_factory=dict[str, UpTrack])
    speakers: SpeakerDetector = field(default_factory=SpeakerDetector)
    spotlight: str = ""
    """Publication id."""
    home: str = ""
    """The node that has the room, when that is another one: this one only helps to spread it."""


@dataclass(frozen=True, slots=True)
class Published:
    room: str
    publication: str
    who: Who
    tracks: list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Unpublished:
    room: str
    publication: str
    tracks: list[str]


@dataclass(frozen=True, slots=True)
class Ended:
    """The room allows a publication no more; for its owner."""

    room: str
    publication: str
    owner: str


@dataclass(frozen=True, slots=True)
class Speaking:
    """The order of recent talkers changed: track ids, the one who talks now first."""

    room: str
    tracks: list[str]


@dataclass(frozen=True, slots=True)
class Muted:
    room: str
    track: str
    muted: bool
    by_staff: bool


@dataclass(frozen=True, slots=True)
class Spotlit:
    """Staff chose what everybody should see; empty for nothing."""

    room: str
    publication: str


@dataclass(frozen=True, slots=True)
class Renegotiate:
    """A receiver needs this offer answered."""

    room: str
    receiver: str
    owner: str
    sdp: str


@dataclass(frozen=True, slots=True)
class ReceiverClosed:
    room: str
    receiver: str
    owner: str


Event = Published | Unpublished | Ended | Speaking | Muted | Spotlit | Renegotiate | ReceiverClosed
OnEvent = Callable[[Event], None]
