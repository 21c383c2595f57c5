"""Short-lived TURN credentials for people behind networks that let nothing but TURN through. Pure.

The user name is the Unix time at which it expires and a name, the password its HMAC under a secret shared with the
TURN server (draft-uberti-behave-turn-rest, coturn's ``use-auth-secret``).
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

TTL_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class TurnServers:
    """``urls`` such as ``turn:turn.example.org:3478?transport=udp``; none: there is no TURN server."""

    urls: Sequence[str] = ()
    secret: str = field(default="", repr=False)
    ttl: int = TTL_SECONDS

    def ice_servers(self, user: str, wall: float) -> list[dict[str, object]]:
        """What a browser's `RTCPeerConnection` takes as ``iceServers``. ``wall`` is Unix seconds."""
        if not self.urls or not self.secret:
            return []
        name = f"{int(wall) + self.ttl}:{hashlib.sha256(user.encode()).hexdigest()[:16]}"
        digest = hmac.new(self.secret.encode(), name.encode(), hashlib.sha1).digest()
        return [{"urls": list(self.urls), "username": name, "credential": base64.b64encode(digest).decode()}]
