# The simulated world at length: seeds from SOAK_FROM on, until SOAK_SEEDS are played or SOAK_SECONDS have passed, in
# SOAK_JOBS processes (0: one for each processor).
.PHONY: soak paper-load
SOAK_FROM ?= 1000
SOAK_SEEDS ?= 100000
SOAK_SECONDS ?= 3600
SOAK_JOBS ?= 0
DATA ?= data

soak: ## many seeds of the simulated deployment; says how to replay each broken promise
	$(PREPARE) runtime dev
	@$(BIN)/python -m tests.simulation --from $(SOAK_FROM) --seeds $(SOAK_SEEDS) --seconds $(SOAK_SECONDS) --jobs $(SOAK_JOBS)

paper-load: ## the editing trace in DATA typed key by key into a room, and its load after compaction
	$(PREPARE) runtime
	@$(BIN)/python -m loadtests.micro.paper_load "$(DATA)"
