"""The front door: the ``lyceum`` command, its settings, the embedded services and the composition of the planes."""
