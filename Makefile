PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup demo test fuzz crash check peers bench picture
help:      ## What can be made
	@grep -hE '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

.venv/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

setup: .venv/.ready  ## Make .venv and install everything into it

demo: setup  ## Open the application on the sample digits, ready to train
	$(BIN)/cnn-tui demo

# One thread a worker: two workers with two threads each get in each other's way on two cores.
test: setup  ## Run all tests
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2

fuzz: setup  ## Try 50,000 random layers and models, other ones each time
	CNN_TUI_FUZZ=1 $(BIN)/python -m pytest -n 2 tests/engine/test_trace_and_torch.py

crash: setup  ## Kill 200 runs, fail every call of a save, fill fifty disks, close a hundred terminals
	CNN_TUI_CRASH=1 $(BIN)/python -m pytest -n 2 -rP tests/runs

check: setup  ## Style, types and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# In an environment of their own, as TensorFlow wants other versions; unpinned but for torch, whose CPU build it is.
peers:  ## Install Keras, JAX and TensorFlow for `make bench`
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 keras jax tensorflow-cpu -e .

bench: setup  ## Measure speed side by side with peers
	$(BIN)/python -m benchmarks

picture: setup  ## Make the picture of the README anew
	$(BIN)/python docs/make_picture.py
