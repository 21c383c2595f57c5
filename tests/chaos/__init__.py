"""Chaos for real: a cluster of real processes on real services, real clients that edit without pause, and faults.

::

    __main__ ── run ──┬── plan        which faults, when (pure, seeded)
                      ├── faults      carries them out on the world
                      ├── world ──┬── fleet       gateways and room workers as processes, restarted when they die
                      │           ├── link        every stream between two of them passes here, to be cut, held, slowed
                      │           └── lyceum.embedded: PostgreSQL, Redis
                      ├── peers ── peers.mjs      stock Yjs clients under Node;  native: our own protocol
                      ├── ledger      who made, saw and was promised what (pure)
                      └── auditor     reads PostgreSQL behind everybody's back: is what was promised there?

``make chaos ARGS="--seed 7 --faults 40"``; tests/cluster/ runs scenarios of its own on the same world.
"""
