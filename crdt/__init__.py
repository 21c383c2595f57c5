"""Documents and whiteboards as replicated data: bytes and facts in, bytes and facts out.

    errors, limits            the one exception tree, and every bound of this package
    lib0                      the number and string encoding shared by updates, state vectors and awareness
    screen                    a bounded reader of Yjs updates; nothing reaches the engine before it passed here
      values, contents          ... of the values inside, of each kind of content
    engine                    the only file that touches the engine (pycrdt)
    document                  one document: apply, diff, merge, snapshot, what is still pending
      state_vector, nesting     ... what is known of each client, how deep shared types nest
    awareness                 who is here and where: latest state of each client, stale ones dropped first
    board, board_svg          a document whose schema the server knows
    fractional                order keys between order keys
    history                   versions: authors, replay, difference, restore

Pure: no event loop, no clock, no files, no sockets. Nothing here imports another first-party package.
A document and its engine stay on the thread that made them.
"""
