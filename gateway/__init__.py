"""The WebSocket edge: three doors onto the same rooms, blind to what documents hold.

bytes of a socket ─ ws_protocol ─ session_{native,yjs,hocuspocus} ─▶ hub ─▶ bus ─▶ the room's owner
bytes of a socket ◀────────────────────────────── fanout, member ◀─ hub ◀─ bus ◀─ the room's owner

ws_frames, ws_handshake     RFC 6455, without I/O    ws_protocol   the asyncio protocol uvicorn hands sockets to
wire_yjs, wire_hocuspocus   what stock clients send          session_*     one door each, without I/O
hub, room_here, room_link   rooms this process is in, and the numbered link to each room's owner
fanout, outlet              the hot path: one frame, many sockets, past their transports
member, audience            one connection in one room, and who follows what
awareness_screen            echoes of cursors end here
rates, census, admission    how fast, how many, how many at once
wheel, drain, metrics       keeping in touch, leaving, counting
gateway                     all of it together, for `lyceum` to start
"""
