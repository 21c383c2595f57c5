"""Brings a clone from nothing to ready, and does nothing when it is.

`python -m scripts.prepare TARGET...` runs the steps of each target in order. A step is skipped when its stamp holds the
hash of what it is made from (a lock, the web sources) and its product is still there. Everything lands inside the
clone: `.venv`, `node_modules`, `web/dist`, and logs and download caches in `.setup`.

    steps    what a step is, stamps, running programs quietly
    venv     .venv from hashed locks, the `lyceum` command
    node     npm projects and the web build
    debian   programs from Debian's packages, when the user may install them
"""
