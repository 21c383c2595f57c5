# Live media at length and beside Janus; both bring their own node, on loopback.
#   make soak-media MINUTES=60                 10 publishers x 20 subscribers who come and go: memory flat, nothing left behind
#   make bench-media BENCH=folder/of/sfubench  ours and Janus (default and tuned) by the same generator, one table
.PHONY: soak-media bench-media
MINUTES ?= 60
PUBLISHERS ?= 10
SUBSCRIBERS ?= 20
BENCH ?=

soak-media: ## bounded by MINUTES; exit code 1 when memory grew or a peer or task is left
	$(PREPARE) runtime
	@$(BIN)/python -m loadtests.media.soak --minutes $(MINUTES) --publishers $(PUBLISHERS) --subscribers $(SUBSCRIBERS) $(ARGS)

bench-media: ## needs Janus (Debian: janus) and sfubench.py in BENCH
	$(PREPARE) runtime
	@test -f "$(BENCH)/sfubench.py" || { echo "BENCH is missing: make bench-media BENCH=folder with sfubench.py"; exit 2; }
	@$(BIN)/python -m loadtests.media.compare "$(BENCH)" $(ARGS)
