"""How good the models of `rest/` are on public data: `make eval DATA=folder`, or some of it with `ONLY="tracing
courses"`.

Every model is fitted on the training part alone, with settings chosen on splits of that part; what is printed is
measured on the other. The data is read in place and never part of this repository. A further part named ``test…``
beside the development part is reported too.
"""
