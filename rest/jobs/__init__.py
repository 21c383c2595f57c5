"""Work that no request waits for, done by a process of its own (or beside the others on a laptop).

    request ──same transaction──▶ queue (PostgreSQL, procrastinate) ──▶ worker ──▶ grade
                                                                       └─ by the clock: attempts whose time is up

A job is a name and ids. It is taken by one worker, may run twice (a worker that is killed is found by its heartbeat and
its jobs go back to the queue), and must not mind that.
"""
