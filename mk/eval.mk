# The models of rest/ on public data, as tables: make eval DATA=folder [ONLY="tracing concepts courses short-answers plagiarism"]
.PHONY: eval
DATA ?= data
ONLY ?=

eval: ## tables of the models on the data in DATA, which is only read
	$(PREPARE) runtime
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m loadtests.eval "$(DATA)" $(ONLY)
