"""The demo class: a room anybody may enter under any name, for a first look at Lyceum."""
