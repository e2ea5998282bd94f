# Every target builds the whole workspace: a part of it would switch features and build things twice.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Passed on to the program, the tests or the benchmarks: make demo ARGS="--patients 60 --seed 7"
ARGS ?=
# Which benchmarks: all, or documents, portal, chain, rules, stores, throughput, neardup.
BENCH ?= *
# Passed on to cargo: CI sets --locked.
CARGO_FLAGS ?=

.PHONY: help setup build demo test prove bench eval fmt lint check services services-stop test-services contract-table

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\n  ARGS="…" is passed on: make demo ARGS="--patients 60 --seed 7 --json out.json"\n'

setup: ## Install what building, testing and running need (Debian 12; only what is missing)
	@scripts/setup.sh

build: setup ## Build everything
	cargo build --workspace $(CARGO_FLAGS)

demo: build ## Run the whole service against a synthetic hospital and compare with the truth
	$(or $(CARGO_TARGET_DIR),target)/debug/epic-connector demo $(ARGS)

test: setup ## Run every test
	cargo test --workspace $(CARGO_FLAGS) $(if $(ARGS),-- $(ARGS))

prove: setup ## Run the long proofs: kills, expiries and seeds by the dozen
	cargo test --workspace $(CARGO_FLAGS) --test prove -- --nocapture $(ARGS)

bench: setup ## Measure speed and memory, and race the peers: make bench BENCH=documents ARGS="--races scans,merge --runs 5"
	cargo bench --workspace $(CARGO_FLAGS) --bench '$(BENCH)' $(if $(ARGS),-- $(ARGS))

eval: build ## Measure what is understood of packets whose truth is known: make eval ARGS="--scanned-share 0"
	$(or $(CARGO_TARGET_DIR),target)/debug/eval $(ARGS)

services: ## Start MongoDB, SQS, S3 and KMS stand-ins on loopback, for tests (installs them the first time)
	@scripts/services.sh start

test-services: setup services ## Run contracts and whole runs on them; fails where one is missing
	scripts/services.sh wipe && scripts/services.sh start >/dev/null
	scripts/services.sh probe
	source $(or $(CARGO_TARGET_DIR),target)/services/env && \
	cargo test --workspace $(CARGO_FLAGS) --test services -- --test-threads 4 $(ARGS) && \
	cargo test --workspace $(CARGO_FLAGS) --test servers -- --test-threads 1 $(ARGS)

contract-table: services ## Print the table clause × adapter
	@CARGO_FLAGS="$(CARGO_FLAGS)" scripts/contract_table.sh

services-stop: ## Stop them; their data stays
	@scripts/services.sh stop

fmt: ## Format all sources
	cargo fmt --all

lint: setup ## Check format and lints
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets $(CARGO_FLAGS) -- -D warnings
	cargo clippy --workspace --test prove --test services --test servers $(CARGO_FLAGS) -- -D warnings

check: ## Everything CI does
	.ci/run
