# A million doubtful updates and frames through the screen and the doors, half of each, with the memory they leave:
#   make fuzz                         make fuzz FUZZ_UPDATES=1000000 FUZZ_FRAMES=1000000 FUZZ_SEED=7
.PHONY: fuzz
FUZZ_UPDATES ?= 500000
FUZZ_FRAMES ?= 500000
FUZZ_SEED ?= 1

fuzz: ## crashes, undocumented endings, leaks of rights or memory: none may be
	$(PREPARE) runtime dev
	@$(BIN)/python -m tests.fuzz --updates $(FUZZ_UPDATES) --frames $(FUZZ_FRAMES) --seed $(FUZZ_SEED)
