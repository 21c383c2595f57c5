"""A low-latency HLS playlist that grows: parts, segments, what to list and what to wait for (RFC 8216bis)."""

from collections import deque
from dataclasses import dataclass, field

from media.fmp4 import Fragment

KEEP_SEGMENTS = 8
PART_SEGMENTS = 3
"""Segments at the end whose parts are listed."""
SEGMENT_SECONDS = 2.0


@dataclass(slots=True)
class Part:
    fragment: Fragment
    independent: bool
    """Begins with a keyframe."""


@dataclass(slots=True)
class Segment:
    number: int
    parts: list[Part] = field(default_factory=list[Part])

    @property
    def seconds(self) -> float:
        return sum(p.fragment.seconds for p in self.parts)

    @property
    def data(self) -> bytes:
        return b"".join(p.fragment.data for p in self.parts)


class Playlist:
    """`add` fragments; `render` lists them; `has` answers a blocking reload."""

    def __init__(self, part_seconds: float) -> None:
        self.part_seconds = part_seconds
        self.segments: deque[Segment] = deque([Segment(0)])
        self.longest = SEGMENT_SECONDS

    @property
    def current(self) -> Segment:
        return self.segments[-1]

    def add(self, fragment: Fragment, independent: bool) -> None:
        """A keyframe begins a new segment once the current one is long enough."""
        if independent and self.current.seconds >= SEGMENT_SECONDS - self.part_seconds:
            self.longest = max(self.longest, self.current.seconds)
            self.segments.append(Segment(self.current.number + 1))
            while len(self.segments) > KEEP_SEGMENTS + 1:
                self.segments.popleft()
        self.current.parts.append(Part(fragment, independent))

    def has(self, segment: int, part: int | None) -> bool:
        """Whether the playlist holds this media sequence number and part by now (without a part: the whole segment)."""
        last = self.current
        if segment < last.number:
            return True
        return segment == last.number and part is not None and part < len(last.parts)

    def too_far(self, segment: int) -> bool:
        """A client that asks for more than two segments ahead is mistaken (RFC 8216bis section 6.2.5.2)."""
        return segment > self.current.number + 2

    def segment(self, number: int) -> Segment | None:
        return next((s for s in self.segments if s.number == number), None)

    def render(self) -> str:
        target = max(1, round(self.longest + 0.5))
        part_target = max([self.part_seconds, *(p.fragment.seconds for s in self.segments for p in s.parts)])
        lines = [
            "#EXTM3U",
            "#EXT-X-VERSION:9",
            f"#EXT-X-TARGETDURATION:{target}",
            f"#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={3 * part_target:.3f}",
            f"#EXT-X-PART-INF:PART-TARGET={part_target:.3f}",
            f"#EXT-X-MEDIA-SEQUENCE:{self.segments[0].number}",
            '#EXT-X-MAP:URI="init.mp4"',
        ]
        for segment in self.segments:
            lines += self._segment(segment)
        last = self.current
        lines.append(f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="{last.number}.{len(last.parts)}.mp4"')
        return "\n".join(lines) + "\n"

    def _segment(self, segment: Segment) -> list[str]:
        lines: list[str] = []
        if segment.number > self.current.number - PART_SEGMENTS:
            for i, part in enumerate(segment.parts):
                mark = ",INDEPENDENT=YES" if part.independent else ""
                lines.append(f'#EXT-X-PART:DURATION={part.fragment.seconds:.5f},URI="{segment.number}.{i}.mp4"{mark}')
        if segment is not self.current:
            lines += [f"#EXTINF:{segment.seconds:.5f},", f"{segment.number}.mp4"]
        return lines
