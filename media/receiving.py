"""The receiving half of a session: which track goes out on which m-line, and the offers and answers that say so.

A browser of a class has one receiving connection and the server offers on it, alone: no glare. An m-line whose track
ended is used again for the next of its kind. A WHEP player offers itself, once, and its m-lines stay as they are.
"""

from collections.abc import Sequence

from media import sdp_write, switching
from media.downlink import DownTrack
from media.errors import BadOffer, Conflict, NotAcceptable
from media.model import Line, Receiver
from media.negotiate import Agreed, agree, our_codecs, our_extensions
from media.sdp import Description
from media.uplink import UpTrack

RECEIVES = ("recvonly", "sendrecv")


def take_client_offer(receiver: Receiver, offer: Description, tracks: Sequence[UpTrack]) -> None:
    """Match a player's m-lines with tracks of each kind, in order. Raises `NotAcceptable` when none fits."""
    waiting = list(tracks)
    peer = receiver.peer
    for section in offer.sections:
        line = Line(section.kind, section.mid, None, None, section.formats, section.protocol)
        receiver.lines.append(line)
        if not section.accepted or section.kind not in ("audio", "video") or section.direction not in RECEIVES:
            continue
        outcome = agree(section, receiving=False, prefer_twcc=False)
        if not outcome.codecs:
            continue
        line.agreed = outcome
        peer.ext_ids.update(outcome.extensions)
        track = next((t for t in waiting if t.kind == section.kind and _plays(outcome, t)), None)
        if track is not None:
            waiting.remove(track)
            line.down = make_down(receiver, line, track)
    if not any(line.agreed for line in receiver.lines):
        raise NotAcceptable("nothing to receive: offer a recvonly audio (Opus) or video (VP8, VP9, H.264, AV1) m-line")


def _plays(outcome: Agreed, track: UpTrack) -> bool:
    return any(codec.name == track.codec for codec in outcome.codecs)


def make_down(receiver: Receiver, line: Line, track: UpTrack) -> DownTrack:
    """A new outgoing stream on `line`. It waits for media until `switching.follow`."""
    assert line.agreed is not None
    codecs = line.agreed.codecs
    payload_types = {c.name: c.payload_type for c in codecs}
    rtx = {c.name: c.rtx for c in codecs if c.rtx is not None and "nack" in c.feedback}
    down = DownTrack(receiver.peer, track, line.mid, payload_types, rtx)
    receiver.peer.downs[down.ssrc] = down
    track.downs[down] = None
    return down


def end_down(receiver: Receiver, line: Line) -> None:
    down = line.down
    if down is None:
        return
    switching.release(down)
    receiver.peer.downs.pop(down.ssrc, None)
    down.track.downs.pop(down, None)
    line.down = None


def place(receiver: Receiver, tracks: dict[str, UpTrack], twcc: bool) -> bool:
    """Give every wanted track an m-line and free the others; True when that needs an offer."""
    changed = False
    for line in receiver.lines:
        if line.down is not None and line.down.track.id not in receiver.wants:
            end_down(receiver, line)
            changed = True
    placed = {line.down.track.id for line in receiver.lines if line.down is not None}
    for ident in receiver.wants:
        track = tracks.get(ident)
        if track is None or ident in placed:
            continue
        line = next((x for x in receiver.lines if x.kind == track.kind and x.down is None), None)
        if line is None:
            line = Line(track.kind, str(len(receiver.lines)))
            line.agreed = Agreed(our_codecs(track.kind, twcc), our_extensions(track.kind, twcc), twcc)
            receiver.peer.ext_ids.update(line.agreed.extensions)
            receiver.lines.append(line)
        line.down = make_down(receiver, line, track)
        changed = True
    return changed


def describe(receiver: Receiver, transport: sdp_write.Transport, publication_of: dict[str, str]) -> str:
    """The receiver's session as it stands, as an offer or an answer. `msid` is publication and track."""
    receiver.version += 1
    lines: list[sdp_write.Line] = []
    for line in receiver.lines:
        if line.agreed is None:
            lines.append(sdp_write.Line(line.kind, line.mid, "inactive", formats=line.formats, protocol=line.protocol))
            continue
        down = line.down
        out = sdp_write.Line(line.kind, line.mid, "sendonly" if down else "inactive", line.agreed.codecs)
        out.extensions, out.protocol = line.agreed.extensions, line.protocol
        if down is not None:
            out.ssrc, out.rtx_ssrc = down.ssrc, down.rtx_ssrc
            out.msid = f"{publication_of.get(down.track.id, '-')} {down.track.id}"
        lines.append(out)
    return sdp_write.write(receiver.session_id, receiver.version, lines, transport, receiver.peer.cname)


def take_answer(receiver: Receiver, answer: Description) -> None:
    """The browser's answer to our offer: it may refuse lines and drop codecs and extensions."""
    if not receiver.offered:
        raise Conflict("no offer is waiting for an answer")
    if len(answer.sections) < 1 or len(answer.sections) > len(receiver.lines):
        raise BadOffer("the answer does not have the m-lines of the offer")
    if answer.setup not in ("client", "auto"):
        raise BadOffer("the answer must say a=setup:active")
    for line, section in zip(receiver.lines, answer.sections, strict=False):
        if section.mid != line.mid or section.kind != line.kind:
            raise BadOffer("the answer changed the order of the m-lines")
        if line.agreed is None or not section.accepted:
            end_down(receiver, line)
            continue
        kept = {c.payload_type for c in section.codecs}
        if line.down is not None:
            line.down.payload_types = {c.name: c.payload_type for c in line.agreed.codecs if c.payload_type in kept}
    receiver.offered = False
