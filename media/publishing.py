"""The publishing half of a session: an offer becomes tracks and an answer, a later offer changes them."""

import secrets
from collections.abc import Collection, Mapping

from media import sdp_write
from media.errors import BadOffer, Forbidden, LimitReached, NotAcceptable
from media.ingress import Ingress
from media.limits import MediaLimits
from media.model import SOURCES, Line, Publication
from media.negotiate import Agreed, agree
from media.sdp import Description, Section
from media.uplink import UpTrack

SENDS = ("sendonly", "sendrecv")


def agree_lines(offer: Description, prefer_twcc: bool, limits: MediaLimits) -> list[tuple[Section, Agreed | None]]:
    """What is accepted of each m-line. Raises `NotAcceptable` when nothing is, `LimitReached` past the tracks
    allowed."""
    agreed: list[tuple[Section, Agreed | None]] = []
    for section in offer.sections:
        usable = section.accepted and section.kind in ("audio", "video") and section.direction in SENDS
        outcome = agree(section, receiving=True, prefer_twcc=prefer_twcc) if usable else None
        agreed.append((section, outcome if outcome is not None and outcome.codecs else None))
    live = [s for s, a in agreed if a is not None]
    if not live:
        raise NotAcceptable("nothing to publish: offer sendonly audio (Opus) or video (VP8, VP9, H.264 or AV1)")
    if len(live) > limits.tracks_per_publication:
        raise LimitReached(f"a publication has at most {limits.tracks_per_publication} tracks")
    if any(len(s.rids) > limits.layers_per_track for s in live):
        raise LimitReached(f"simulcast has at most {limits.layers_per_track} layers")
    return agreed


def extension_ids(agreed: list[tuple[Section, Agreed | None]]) -> dict[str, int]:
    """Extension ids of the bundle by name. Raises `BadOffer` when one id means two things."""
    ids: dict[str, int] = {}
    meaning: dict[int, str] = {}
    for _, outcome in agreed:
        for name, ident in (outcome.extensions if outcome else {}).items():
            if meaning.setdefault(ident, name) != name:
                raise BadOffer(f"header extension id {ident} is used for two things in one bundle")
            ids.setdefault(name, ident)
    return ids


def source_of(section: Section, sources: dict[str, str], seen: set[str]) -> str:
    """What a track shows: as the client named its mid, else camera and microphone first, then screen."""
    named = sources.get(section.mid)
    if named in SOURCES:
        return named
    first, second = ("camera", "screen") if section.kind == "video" else ("microphone", "screen-audio")
    return second if first in seen else first


def apply(
    publication: Publication,
    offer: Description,
    sources: dict[str, str],
    allowed: Collection[str],
    prefer_twcc: bool,
    limits: MediaLimits,
) -> tuple[list[UpTrack], list[UpTrack]]:
    """Make the publication what the offer says; (tracks that are new, tracks that ended). M-lines keep their place.
    Raises `Forbidden`, with nothing changed, when a new track is of a source that is not ``allowed``."""
    agreed = agree_lines(offer, prefer_twcc, limits)
    old = publication.lines
    if len(agreed) < len(old) or any(line.mid != s.mid for line, (s, _) in zip(old, agreed, strict=False)):
        raise BadOffer("a later offer must keep the m-lines of the first, in order")
    peer = publication.peer
    ids = extension_ids(agreed)
    ingress = peer.ingress
    fresh = _fresh_sources(publication, agreed, sources, ingress.tracks if ingress is not None else {})
    for source in fresh.values():
        if source not in allowed:
            raise Forbidden(f"you may not send your {source} in this class now")
    if ingress is None:
        ingress = peer.ingress = Ingress(limits, ids)
    ingress.ids.update(ids)
    peer.ext_ids.update(ids)
    added: list[UpTrack] = []
    ended: list[UpTrack] = []
    lines: list[Line] = []
    for section, outcome in agreed:
        lines.append(Line(section.kind, section.mid, outcome, None, section.formats, section.protocol))
        track = ingress.tracks.get(section.mid)
        if outcome is None:
            if track is not None:
                ended.append(track)
                ingress.remove(track.mid)
        elif track is None:
            track = _track(section, outcome, fresh[section.mid])
            ingress.tracks[section.mid] = track
            _bind(ingress, track, section)
            added.append(track)
    publication.lines = lines
    return added, ended


def _fresh_sources(
    publication: Publication,
    agreed: list[tuple[Section, Agreed | None]],
    sources: dict[str, str],
    held: Mapping[str, UpTrack],
) -> dict[str, str]:
    """Mid to source of the tracks that are new."""
    seen = {t.source for t in publication.tracks.values()}
    fresh: dict[str, str] = {}
    for section, outcome in agreed:
        if outcome is not None and section.mid not in held:
            fresh[section.mid] = source_of(section, sources, seen)
            seen.add(fresh[section.mid])
    return fresh


def _track(section: Section, outcome: Agreed, source: str) -> UpTrack:
    track = UpTrack("t-" + secrets.token_hex(6), section.kind, section.mid, source, outcome.codecs[0].clock)
    track.codecs = {c.payload_type: c.name for c in outcome.codecs}
    track.rtx = {c.rtx: c.payload_type for c in outcome.codecs if c.rtx is not None}
    track.rids = section.rids if section.kind == "video" else []
    return track


def _bind(ingress: Ingress, track: UpTrack, section: Section) -> None:
    """SSRCs that the SDP names. With simulcast by rid they are learnt from packets."""
    if track.rids or not section.ssrcs:
        return
    repairs = set(section.repairs.values())
    primary = next((s for s in section.ssrcs if s not in repairs), None)
    if primary is None or primary in ingress.by_ssrc:
        return
    stream = ingress.bind(track, primary, "")
    repair = section.repairs.get(primary)
    if repair is not None and repair not in ingress.by_ssrc:
        ingress.bind_repair(stream, repair)


def answer(publication: Publication, offer: Description, transport: sdp_write.Transport) -> str:
    """The SDP to send back."""
    by_mid = {section.mid: section for section in offer.sections}
    lines: list[sdp_write.Line] = []
    for line in publication.lines:
        section = by_mid[line.mid]
        if line.agreed is None:
            lines.append(sdp_write.Line(line.kind, line.mid, "inactive", formats=line.formats, protocol=line.protocol))
            continue
        rids = section.rids if section.kind == "video" else []
        agreed = line.agreed
        lines.append(
            sdp_write.Line(
                line.kind, line.mid, "recvonly", agreed.codecs, agreed.extensions, rids, protocol=line.protocol
            )
        )
    peer = publication.peer
    return sdp_write.write(publication.session_id, publication.version, lines, transport, peer.cname)
