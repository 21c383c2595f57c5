"""Messages to people: written in the transaction that causes them, delivered after it by a pluggable sender."""
