"""Collaboration under load: a plain y-websocket client to build on, and what it says about each edit.

    yjs_wire     edits as a stock client would write them, and which edits a message holds (no engine needed)
    swarm        what the clients of one swarm know of each other: when an edit was sent, when others saw it
    client       one client on a blocking socket: works in threads, and under gevent in locust

The scenarios are in `loadtests/locustfiles`, one a file; `make load SCENARIO=lecture TOKEN=…` runs one.
"""
