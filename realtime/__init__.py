"""Ground floor of Lyceum: the words every plane shares, and the seams they meet on.

    ids, position, clock      what a room, a place in its history and a moment are called
    roles, grants             who may do what, and the token that says so
    frames/                   the native protocol: every frame a browser and a server exchange
    envelopes                 what gateways and room workers say to each other over the bus
    close_codes, refusals     the two tables of "no": closing a socket, refusing one request
    limits, buckets           every bound in one place, and the token bucket that applies rates
    bus/, leases/, registry/  the seams between processes: memory in one process, Redis in many
    placement                 which live worker should own a room

Nothing here imports another first-party package.
"""
