# Live media at length and beside Janus; both bring their own node, on loopback.
#   make soak-media MINUTES=60                 10 publishers x 20 subscribers who come and go: memory flat, nothing left behind
#   make bench-media BENCH=folder/of/sfubench  ours and Janus (default and tuned) by the same generator, one table
#   make saturate-media                        audio+video subscriptions one core carries, driven to its end
#   make lossy-media LOSS=0.05 SECONDS=30      what headless Chromium sees when its network loses packets
.PHONY: soak-media bench-media saturate-media lossy-media
MINUTES ?= 60
PUBLISHERS ?= 10
SUBSCRIBERS ?= 20
BENCH ?=
LOSS ?= 0.05
SECONDS ?= 30

soak-media: ## bounded by MINUTES; exit code 1 when memory grew or a peer or task is left
	$(PREPARE) runtime
	@$(BIN)/python -m loadtests.media.soak --minutes $(MINUTES) --publishers $(PUBLISHERS) --subscribers $(SUBSCRIBERS) $(ARGS)

bench-media: ## needs Janus (Debian: janus) and sfubench.py in BENCH
	$(PREPARE) runtime
	@test -f "$(BENCH)/sfubench.py" || { echo "BENCH is missing: make bench-media BENCH=folder with sfubench.py"; exit 2; }
	@$(BIN)/python -m loadtests.media.compare "$(BENCH)" $(ARGS)

saturate-media: ## exit code 1 below 400; the node on one core, everybody else on another: nothing beside it
	$(PREPARE) runtime
	@$(BIN)/python -m loadtests.media.saturate --must 400 $(ARGS)

lossy-media: ## needs Chromium; exit code 1 when the picture froze
	$(PREPARE) runtime dev browser
	@$(BIN)/python -m loadtests.media.lossy --loss $(LOSS) --seconds $(SECONDS) $(ARGS)
