"""``python -m lyceum``."""

from lyceum.cli import main

main()
