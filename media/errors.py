"""What can go wrong in the media plane, as one tree. Each error has a stable code, an HTTP status and words to act on.

MediaError
├── BadOffer            the SDP cannot be used (400)
├── NotAcceptable       no codec in common (406)
├── Forbidden           the grant does not allow it (403)
├── Unauthorized        no token, or one that does not hold (401)
├── NoSuchPublication   unknown or ended (404)
├── Conflict            the session is not in a state for this (409)
├── LimitReached        a bound of `media.limits` (429)
└── NotReady            the room's owner has not told what holds there (503)
"""


class MediaError(Exception):
    """Base of the tree. `code` is stable and machine-readable, the message is for a person."""

    code = "media_error"
    status = 500


class BadOffer(MediaError):
    code = "bad_offer"
    status = 400


class NotAcceptable(MediaError):
    code = "no_common_codec"
    status = 406


class Forbidden(MediaError):
    code = "forbidden"
    status = 403


class Unauthorized(MediaError):
    code = "unauthorized"
    status = 401


class NoSuchPublication(MediaError):
    code = "no_such_publication"
    status = 404


class Conflict(MediaError):
    code = "conflict"
    status = 409


class LimitReached(MediaError):
    code = "limit_reached"
    status = 429


class NotReady(MediaError):
    code = "not_ready"
    status = 503
