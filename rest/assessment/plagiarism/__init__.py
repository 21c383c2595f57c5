"""Programs that share more than they should: tokens without names and layout, then tiles and fingerprints of them.

Lexical likeness finds copies with new comments, names and order; it does not see a rewrite. The edit history that this
project keeps says more about those. What is found is a hint for a person, with the lines that are alike, never a
verdict.
"""
