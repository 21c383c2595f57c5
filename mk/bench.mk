# Lyceum beside y-websocket and Hocuspocus (from npm), in one run, each repetition in alternation; about half an hour.
#   make bench                                         make bench ARGS="--scenarios fan50,aware50 --repetitions 1"
#   make capacity                                      make capacity ARGS="--shape room --servers lyceum,y-websocket"
# A quiet machine gives latencies that mean something; CPU a delivery is stable on a busy one too.
.PHONY: bench bench-peers capacity
PEERS_STAMP := loadtests/peers/node_modules/.lyceum

bench: bench-peers ## table, var/bench/bench.json, var/bench/bench.svg
	@$(BIN)/python -m loadtests.collab.bench $(ARGS)

capacity: bench-peers ## how many classes one server carries before people feel it
	@$(BIN)/python -m loadtests.collab.capacity $(ARGS)

bench-peers: $(PEERS_STAMP)
	$(PREPARE) runtime

$(PEERS_STAMP): loadtests/peers/package.json loadtests/peers/package-lock.json
	@echo "· the servers to compare with"
	@cd loadtests/peers && npm ci --silent --cache=$(CURDIR)/.setup/npm
	@touch $@
