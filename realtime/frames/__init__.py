"""The native protocol: every frame of ``/ws/rooms/{room}``. See docs/PROTOCOL.md.

    client      what a client sends           commands    what a client asks of the class (inside `client.Do`)
    server      what the server sends         events      what happened in the class (inside `server.Happened`)
    state       the class as a whole          codec       bytes to frames and back, size checked first

A frame is one binary WebSocket message holding one MessagePack array: a small number that names it, then its fields
in the order written here. Receivers ignore fields after those they know, so that frames can grow.
"""
