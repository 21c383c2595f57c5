"""Who is talking, by the audio level that clients put into packets (RFC 6464), and who talked lately (last-N)."""

from dataclasses import dataclass

SPEECH_LEVEL = 50
"""-dBov: louder (smaller) than this counts as voice."""
RISE, FALL = 0.25, 0.05
TAKE_OVER = 1.4
HOLD_SECONDS = 0.6
SILENT = 127


@dataclass(slots=True)
class _Voice:
    score: float = 0.0
    heard_at: float = -1e9
    loudest: int = SILENT


class SpeakerDetector:
    """Feed `observe` with every level, call `tick` a few times a second; `order` then has the recent talkers."""

    def __init__(self) -> None:
        self._voices: dict[str, _Voice] = {}
        self.order: list[str] = []
        """Track ids, the current speaker first, then by how lately they talked."""
        self._changed_at = -1e9

    def observe(self, track: str, level: int, now: float) -> None:
        """`level` is the byte of the extension: bit 7 voice activity, the rest -dBov (127 is silence)."""
        voice = self._voices.get(track)
        if voice is None:
            voice = self._voices[track] = _Voice()
        volume = level & 0x7F
        if volume < voice.loudest:
            voice.loudest = volume

    def forget(self, track: str) -> None:
        self._voices.pop(track, None)
        if track in self.order:
            self.order.remove(track)

    def tick(self, now: float) -> bool:
        """Judge what was heard since the last tick; True when `order` changed."""
        for track, voice in self._voices.items():
            if voice.loudest < SPEECH_LEVEL:
                voice.score += RISE * (1 + (SPEECH_LEVEL - voice.loudest) / SPEECH_LEVEL - voice.score)
                voice.heard_at = now
                if track not in self.order:
                    self.order.append(track)
            else:
                voice.score *= 1 - FALL * 4
            voice.loudest = SILENT
        return self._take_over(now)

    def _take_over(self, now: float) -> bool:
        talking = {t: v.score for t, v in self._voices.items() if v.heard_at == now}
        if not talking:
            return False
        loudest = max(talking, key=lambda t: talking[t])
        current = self.order[0]
        if loudest == current:
            return False
        held = self._voices.get(current)
        still_talking = held is not None and held.heard_at > now - HOLD_SECONDS
        clearly_louder = held is None or talking[loudest] >= TAKE_OVER * held.score
        if still_talking and (not clearly_louder or now - self._changed_at < HOLD_SECONDS):
            return False
        self.order.remove(loudest)
        self.order.insert(0, loudest)
        self._changed_at = now
        return True

    def recent(self, n: int) -> list[str]:
        """The last `n` who talked."""
        return self.order[:n]
