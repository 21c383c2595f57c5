"""Room workers: the one place where a class' documents, people and events meet.

    room            a pure state machine: inputs in, effects out      conn, documents, classroom/, acks, outbox, effects
    shell           its mailbox, links, timers; carries effects out   mailbox, links, window
    worker          all rooms of a process                            ownership, housekeeping, committer
    log             what is durable, fenced by an epoch               log_memory, log_postgres, compaction

        gateway ─▶ inbox ─▶ shell ─▶ Room.handle … Room.flush ─▶ Fanout ─▶ gateways
                                                       └─▶ Append ─▶ committer ─▶ log ─▶ Room.saved ─▶ Saved

What a room sends to a connection it joined, in order: ``Welcome`` (native, first join, and whenever its role changes),
``Class`` or the events it missed (native), ``Saving(false)`` while storage is away; for each `Open` an ``Opened`` and,
when somebody is there, ``Awareness``. Nothing of the class is sent to the stock doors.
"""
