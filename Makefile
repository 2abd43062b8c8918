# Everything the project does. `make run` and `make test` need nothing set up beforehand.
SHELL := /bin/bash
KAWAN := .venv/bin/kawan
MESSAGES ?= nlu/eval/messages.jsonl
TWEETS ?=
NUSAX ?=
GUARD ?=
N ?= 20000
OFFERS ?= nlu/eval/offers.jsonl
MINUTES ?= 1.2
FACTOR ?= 1
.DEFAULT_GOAL := help
.PHONY: help setup train run chat test lint test-nlu test-bot fuzz content eval bench-nlu bench-escalation bench-broadcast lock clean

help:            ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*## /\t/' | expand -t 14

setup:           ## make both environments (takes minutes the first time) and train
	@scripts/setup.sh bot nlu
	@$(MAKE) --no-print-directory train

train:           ## train the language model when data or configuration changed
	@$(KAWAN) train

run: setup       ## set up, train, migrate, answer (Telegram, or this terminal without a token)
	@exec $(KAWAN) run

chat: setup      ## the conversation in this terminal
	@exec $(KAWAN) chat

test:            ## everything that must hold, on a fresh clone too
	@scripts/setup.sh dev nlu
	@$(MAKE) --no-print-directory train lint content test-nlu test-bot
	@$(MAKE) --no-print-directory eval GUARD=nlu/eval/guards.yml

lint:            ## style, types, import directions
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo

content:         ## check texts, numbers, danger rules
	$(KAWAN) content check

test-nlu:        ## tests of the NLU environment
	.venv-nlu/bin/python -m pytest tests/nlu -q

test-bot:        ## tests of the bot, with coverage
	.venv/bin/python -m pytest tests --ignore tests/nlu -q -n 3 --dist worksteal --cov=bot --cov-branch --cov-report=term:skip-covered --cov-fail-under=85

fuzz:            ## the tests of wild inputs with new examples each time
	HYPOTHESIS_PROFILE=default .venv/bin/python -m pytest $$(grep -l "from hypothesis" tests/test_*.py) -q -n 2

eval:            ## score understanding (MESSAGES=, TWEETS=, NUSAX=, OFFERS=file score others); fails below a floor
	@failed=0; \
	.venv/bin/python -m nlu.evaluate --messages $(MESSAGES) $(if $(TWEETS),--tweets $(TWEETS)) $(if $(GUARD),--guard $(GUARD)) || failed=1; \
	.venv/bin/python -m nlu.offers_eval --offers $(OFFERS) || failed=1; \
	$(if $(NUSAX),.venv/bin/python -m nlu.language_eval --nusax $(NUSAX) || failed=1;) \
	exit $$failed

bench-nlu:       ## time, memory and size of the model beside a stock Rasa pipeline
	.venv-nlu/bin/python -m nlu.bench

bench-broadcast: ## rate, 429s, emergencies and memory during a broadcast (N=20000 subscribers)
	.venv/bin/python -m tests.bench_broadcast --subscribers $(N)

bench-escalation: ## disclosures among ordinary messages (MINUTES=10 is the full load, FACTOR the rate)
	PYTHONPATH=. .venv/bin/python -m tests.bench_escalation --minutes $(MINUTES) --factor $(FACTOR)

lock:            ## write the lock files anew (make lock ARGS=--upgrade takes newer versions)
	@scripts/lock.sh $(ARGS)

clean:           ## remove environments, models and caches (data stays in var/)
	rm -rf .venv .venv-nlu .tools var/model .mypy_cache .ruff_cache .hypothesis
