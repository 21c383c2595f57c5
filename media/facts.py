"""Figures about sessions, for the connection-quality badge and for operators."""

from media.downlink import DownTrack
from media.model import MediaRoom, Publication, Receiver
from media.uplink import UpStream


def of_receiver(receiver: Receiver) -> dict[str, object]:
    """What one receiving connection gets."""
    peer = receiver.peer
    return {
        "id": receiver.id,
        "connected": peer.connected,
        "estimate": round(peer.estimate) if peer.estimate is not None else None,
        "rtt": round(peer.rtt, 4),
        "tracks": [_of_down(line.down) for line in receiver.lines if line.down is not None],
    }


def _of_down(down: DownTrack) -> dict[str, object]:
    packets, octets = down.counters()
    stream = down.stream
    return {
        "track": down.track.id,
        "layer": stream.rid if stream is not None else None,
        "height": stream.size[1] if stream is not None and stream.size else None,
        "bitrate": round(stream.rate.rate) if stream is not None else 0,
        "paused": down.paused or down.track.muted,
        "packets": packets,
        "octets": octets,
        "loss": round(down.loss, 4),
        **down.stats,
    }


def of_publication(publication: Publication, now: float) -> dict[str, object]:
    """What one publishing connection sends."""
    return {
        "id": publication.id,
        "connected": publication.peer.connected,
        "tracks": [
            {"id": t.id, "codec": t.codec, "layers": [_of_stream(s, now) for s in t.streams.values()]}
            for t in publication.tracks.values()
        ],
    }


def _of_stream(stream: UpStream, now: float) -> dict[str, object]:
    return {
        "rid": stream.rid,
        "active": stream.is_active(now),
        "bitrate": round(stream.rate.rate),
        "height": stream.size[1] if stream.size else None,
        "packets": stream.packets,
        "missing": len(stream.losses.missing),
        "keyframes": stream.keyframes,
    }


def describe_tracks(publication: Publication) -> list[dict[str, object]]:
    """What others need to know of a publication's tracks."""
    return [
        {"id": t.id, "kind": t.kind, "source": t.source, "muted": t.muted, "layers": t.rids, "mid": t.mid}
        for t in publication.tracks.values()
    ]


def of_room(room: MediaRoom) -> list[dict[str, object]]:
    """All publications with their tracks, for late joiners."""
    return [
        {
            "publication": p.id,
            "user": p.who.user,
            "name": p.who.name,
            "conn": p.who.owner,
            "tracks": describe_tracks(p),
        }
        for p in room.publications.values()
    ]
