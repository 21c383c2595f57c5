"""Documents and whiteboards as replicated data: bytes and facts in, bytes and facts out.

    errors, limits            the one exception tree, and every bound of this package
    lib0                      the number and string encoding shared by updates, state vectors and awareness
    screen                    a bounded reader of Yjs updates; nothing reaches the engine before it passed here
      values, contents          ... of the values inside, of each kind of content
    engine                    the engine (pycrdt); its unpromised names are used in this file alone
    document, applied   one document: apply, diff, merge, snapshot, what is still pending
      typed             ... the short way for typed text
      state_vector      ... what is known of each client
      pending, pieces   ... updates that wait, taken apart; joining puts them together again
      nesting, pairs    ... shared types in shared types; characters that count as two
      answers           ... encoded states, kept until the next change
    awareness           who is here and where: latest state of each client, stale ones dropped first
    board               a document whose schema the server knows
      board_schema      ... what it holds; board_items, board_places, board_slots: where each item stands
      board_svg         ... a page as a picture
    fractional          order keys between order keys
    history             versions: authors, replay, difference (sequence, intervals)
    restoring           new edits that bring a version back

Pure: no event loop, no clock, no files, no sockets. Nothing here imports another first-party package.
A document and its engine stay on the thread that made them.
"""
