"""Short answers by likeness: words and letter groups shared with reference answers and with answers people graded.

The models are lexical: they know nothing of meaning. So each verdict carries a chance, what is unsure goes to a
person, and the words that decided are shown. Stems and stop words are English; letter groups carry the other languages.
"""
