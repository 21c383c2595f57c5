"""Which stream each of a receiver's tracks follows: started, kept, stopped, and which layers fit together."""

from media import switching
from media.downlink import DownTrack
from media.layers import Demand, Layer, allocate, next_step
from media.model import MediaRoom, Receiver, Want
from media.uplink import UpStream, UpTrack

AUDIBLE = 12
"""Audio tracks of a room forwarded at once; beyond that only recent talkers are heard."""


def steer(down: DownTrack, now: float) -> None:
    """Start, keep or stop one outgoing track."""
    track: UpTrack = down.track
    if not down.peer.connected or down.paused or track.muted:
        switching.release(down)
        return
    streams = list(track.streams.values())
    if down.stream in streams or down.target in streams:
        return
    switching.release(down)
    layers = track.layers(now) or streams
    if layers:
        switching.follow(down, layers[0], now)


def steer_all(receiver: Receiver, room: MediaRoom, pressure: float, now: float) -> None:
    """All tracks of a receiver, with the layers of its videos chosen together."""
    downs = [line.down for line in receiver.lines if line.down is not None]
    for down in downs:
        steer(down, now)
    if not receiver.peer.connected:
        return
    videos = [down for down in downs if down.kind == "video"]
    demands = [_demand(receiver, down, now) for down in videos]
    budget = _budget(receiver, downs, demands, pressure, now)
    for down, demand, choice in zip(videos, demands, allocate(demands, budget, pressure), strict=True):
        _apply(receiver, down, demand, choice, now)
    audible = _audible(receiver, room)
    for down in downs:
        if down.kind == "audio":
            down.paused = _wants_pause(receiver, down) or down.track.id not in audible
            steer(down, now)


def _wants_pause(receiver: Receiver, down: DownTrack) -> bool:
    want = receiver.wants.get(down.track.id)
    return want is not None and want.paused


def _demand(receiver: Receiver, down: DownTrack, now: float) -> Demand:
    want = receiver.wants.get(down.track.id) or Want(down.track.id)
    layers: list[UpStream] = [] if want.paused or down.track.muted else down.track.layers(now)
    current = next((i for i, stream in enumerate(layers) if stream is down.stream), -1)
    forced = next((i for i, stream in enumerate(layers) if stream.rid == want.rid), -1) if want.rid else -1
    shown = [Layer(stream.rate.rate, stream.size[1] if stream.size else 0) for stream in layers]
    return Demand(shown, want.height, want.priority, current, forced)


def _apply(receiver: Receiver, down: DownTrack, demand: Demand, choice: int, now: float) -> None:
    if not demand.layers and not _wants_pause(receiver, down):  # no media yet: wait where it will come
        down.paused = False
        steer(down, now)
        return
    down.paused = choice < 0
    if down.paused:
        switching.release(down)
    else:
        switching.follow(down, down.track.layers(now)[choice], now)


def _audible(receiver: Receiver, room: MediaRoom) -> set[str]:
    audio = [track for track in room.tracks.values() if track.kind == "audio"]
    most = receiver.last_n if receiver.last_n is not None else AUDIBLE
    if len(audio) <= most:
        return {track.id for track in audio}
    return set(room.speakers.recent(most)) | {track.id for track in audio if track.source == "screen-audio"}


def _budget(
    receiver: Receiver, downs: list[DownTrack], demands: list[Demand], pressure: float, now: float
) -> float | None:
    """Bits a second for video: the receiver's estimate less what audio takes; None while there is none."""
    estimate = receiver.peer.estimated(now)
    if estimate is None:
        return None
    audio = sum(d.stream.rate.rate for d in downs if d.kind == "audio" and d.stream)
    sent = sum(d.stream.rate.rate for d in downs if d.kind == "video" and d.stream)
    loss = max((d.missed.share(d.counters()[0], now) for d in downs if d.kind == "video"), default=0.0)
    chosen = [demand.current for demand in demands]
    needed = next_step(demands, chosen, pressure)
    return receiver.climb.budget(max(0.0, estimate - audio), sent, needed, loss, now)
