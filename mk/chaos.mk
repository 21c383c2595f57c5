# Real processes, services and clients under faults; a seed gives the same faults again.
#   make chaos ARGS="--seed 7 --faults 240 --keep var/chaos"        python -m tests.chaos --help
.PHONY: chaos

chaos:
	$(PREPARE) runtime dev interop
	@$(BIN)/python -m tests.chaos $(ARGS)
