# A swarm against a running server, with a report a person can read:
#   make load SCENARIO=lecture USERS=301 SECONDS=60 URL=http://127.0.0.1:8000 TOKEN="$(.venv/bin/lyceum token --room '*' --user load --role teacher)"
#   make load SCENARIO=exam_start USERS=300 SECONDS=60      (beside `lyceum up --demo`; elsewhere TOKEN=api-key ACCOUNTS=file)
.PHONY: load
SCENARIO ?= lecture
USERS ?= 30
SECONDS ?= 30
URL ?= http://127.0.0.1:8000
LOAD_ENV := .setup/load

load: ## one scenario of loadtests/locustfiles against URL; the report is var/load/SCENARIO.html
	$(PREPARE) runtime
	@test -n "$(TOKEN)" || test "$(SCENARIO)" = exam_start || { echo "TOKEN is missing: make load TOKEN=\"\$$(.venv/bin/lyceum token --room '*' --user load --role teacher)\""; exit 2; }
	@test -f loadtests/locustfiles/$(SCENARIO).py || { echo "no such scenario; there are:"; ls loadtests/locustfiles; exit 2; }
	@test -x $(LOAD_ENV)/bin/locust || { echo "· locust, in an environment of its own"; .venv/bin/python -m venv $(LOAD_ENV) && \
		$(LOAD_ENV)/bin/pip install --quiet --require-hashes -r requirements/load.txt && \
		$(LOAD_ENV)/bin/pip install --quiet websockets==$$(.venv/bin/python -c 'import websockets; print(websockets.__version__)') \
			msgspec==$$(.venv/bin/python -c 'import msgspec; print(msgspec.__version__)'); }
	@mkdir -p var/load && rm -f var/load/$(SCENARIO).html
	@LYCEUM_TOKEN="$(TOKEN)" LYCEUM_ACCOUNTS="$(ACCOUNTS)" PYTHONPATH=. $(LOAD_ENV)/bin/locust -f loadtests/locustfiles/$(SCENARIO).py --headless \
		--host $(URL) -u $(USERS) -r $(USERS) -t $(SECONDS)s --html var/load/$(SCENARIO).html --only-summary; \
		status=$$?; ! test -f var/load/$(SCENARIO).html || echo "the report: var/load/$(SCENARIO).html"; exit $$status

# The start of an exam with a kill -9 in the middle, and the grading worker's pace; each starts a server of its own.
.PHONY: exam-start exam-grading
exam-start: ## 300 students start one quiz within a second beside a live class; ARGS="--seconds 60 --no-kill"
	$(PREPARE) runtime
	@.venv/bin/python -m loadtests.exam.start $(ARGS)

exam-grading: ## how many attempts a second one job worker grades, over a kill -9; ARGS="--attempts 1000"
	$(PREPARE) runtime
	@.venv/bin/python -m loadtests.exam.grading $(ARGS)
