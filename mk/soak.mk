# The simulated world at length: seeds from SOAK_FROM on, until SOAK_SEEDS are played or SOAK_SECONDS have passed.
.PHONY: soak
SOAK_FROM ?= 1000
SOAK_SEEDS ?= 100000
SOAK_SECONDS ?= 3600

soak: ## many seeds of the simulated deployment; stops at the first broken promise and says how to replay it
	$(PREPARE) runtime dev
	@$(BIN)/python -m tests.simulation --from $(SOAK_FROM) --seeds $(SOAK_SEEDS) --seconds $(SOAK_SECONDS)
