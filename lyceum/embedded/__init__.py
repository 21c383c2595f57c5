"""PostgreSQL and Redis as child processes, for a laptop and for tests; production names its own by URL.

::

    postgres.py, redis.py      what to start, when it is ready, its DSN
          │
    daemon.py                  keep one child alive: start, watch, restart with backoff, stop
          │
    child.py ── launch.py      one process: identity, dies with its parent, tail of what it said
          │
    folder.py, identity.py     the data folder and its lock; who PostgreSQL runs as
"""
