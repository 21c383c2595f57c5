"""The class of a room: who is here, hands, polls, chat, who leads, what is locked.

    records     what is kept, one struct a fact, and the snapshot of all of it
    roster      people and their connections, roles given here, who was removed
    hands, polls, chat, lead, locks     one part each
    events      numbered events, and the ring that catches readers up
    classroom   all of it together: a command becomes records, a record becomes state and events

A kept fact is decided once (`Classroom.do` makes a record of it) and applied by the same code live and at load, so what
a class looks like after a restart is what it looked like before. Pure: no event loop, no clock, no I/O.
"""
