# GAN Lessons. `make` alone lists what there is to do.
# On Windows, or without make: the README shows the plain pip and python commands beside these.

VENV ?= .venv
TORCH_VENV ?= .venv-torch
PIP_FLAGS ?=
TORCH_PIP_FLAGS ?=
GPU ?= 0
ONLY ?=
PRESET ?= quick
# Tests run side by side; a notebook or a module stays together.
WORKERS ?= 2

# What `make demo` runs after `gan-lessons`.
DEMO ?= train dcgan --preset quick --minutes 2

# The first Python that runs and is 3.11 to 3.13. (A command can be found and still not run: pyenv
# leaves such stubs behind.) Choose another with PYTHON=...
SUITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
ifndef PYTHON
PYTHON := $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	if $$p -c '$(SUITS)' >/dev/null 2>&1; then echo $$p; break; fi; done)
endif

ifeq ($(GPU),1)
REQUIREMENTS := requirements-gpu.txt
else
REQUIREMENTS := requirements.txt
endif

BIN := $(VENV)/bin
# Bytecode is written when a module is first used, not for all of TensorFlow at installation: that
# halves the installation time. So Python must be allowed to write it.
PIP_INSTALL = -m pip install --disable-pip-version-check --no-compile $(PIP_FLAGS)
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME
NBVAL = -m pytest --nbval-lax --nbval-current-env --nbval-cell-timeout=900 \
	-p no:cacheprovider notebooks
SIDE_BY_SIDE = -n $(WORKERS) --dist loadscope

.DEFAULT_GOAL := help
.PHONY: help demo lab test test-tensorflow test-jax test-notebooks test-torch test-full \
	notebooks lint clean
.NOTPARALLEL:

help: ## list these commands
	@echo "GAN Lessons: make ..."
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

demo: $(VENV)/.ready ## train the DCGAN lesson for two minutes, show its digits and their score
	$(BIN)/gan-lessons $(DEMO)

lab: $(VENV)/.ready ## open the course in JupyterLab
	$(BIN)/jupyter lab notebooks/

test: lint test-tensorflow test-jax test-notebooks ## lint, tests on TensorFlow and JAX, every notebook in small
	@echo "make test: everything passed"

test-tensorflow: $(VENV)/.ready-dev
	@echo "== tests on TensorFlow"
	KERAS_BACKEND=tensorflow $(BIN)/python -m pytest -q $(SIDE_BY_SIDE)

test-jax: $(VENV)/.ready-dev
	@echo "== tests on JAX"
	KERAS_BACKEND=jax $(BIN)/python -m pytest -q $(SIDE_BY_SIDE) -m 'backend and not full'

test-notebooks: $(VENV)/.ready-dev
	@echo "== every notebook, in the smoke preset"
	KERAS_BACKEND=tensorflow GAN_LESSONS_PRESET=smoke $(BIN)/python $(NBVAL) -q $(SIDE_BY_SIDE)

test-torch: $(TORCH_VENV)/.ready ## tests on torch, and on JAX without TensorFlow, in an environment of their own
	@echo "== tests on torch"
	KERAS_BACKEND=torch $(TORCH_VENV)/bin/python -m pytest -q $(SIDE_BY_SIDE) -m 'backend and not full'
	@echo "== JAX, where TensorFlow is not installed"
	KERAS_BACKEND=jax $(TORCH_VENV)/bin/python -m pytest -q \
		tests/test_without_tensorflow.py tests/engine/test_backends_agree.py

test-full: $(VENV)/.ready-dev ## an hour: every notebook in the quick preset, and the scores of the lessons
	KERAS_BACKEND=tensorflow GAN_LESSONS_PRESET=quick $(BIN)/python $(NBVAL) -v
	KERAS_BACKEND=tensorflow $(BIN)/python -m pytest -v -m full

notebooks: $(VENV)/.ready-dev ## build and run notebooks/ from notebooks/src (ONLY=05_dcgan_mnist, PRESET=full)
	$(BIN)/python notebooks/build.py --preset $(PRESET) $(if $(ONLY),--only $(ONLY))

lint: $(VENV)/.ready-dev ## check the style of all Python code, the notebooks' sources included
	$(BIN)/ruff check .

clean: ## delete the environments and caches; notebooks and runs/ stay
	rm -rf $(VENV) $(TORCH_VENV) .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# $(call new_venv,folder): an environment, or a sentence that says what is missing.
define new_venv
	@if [ -z "$(PYTHON)" ]; then \
		echo "No Python 3.11, 3.12 or 3.13 was found (newer ones have no TensorFlow yet)."; \
		echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 1; fi
	@if ! $(PYTHON) -c '$(SUITS)'; then \
		echo "PYTHON=$(PYTHON) does not run, or is not Python 3.11, 3.12 or 3.13."; exit 1; fi
	@if ! $(PYTHON) -c 'import ensurepip, venv' >/dev/null 2>&1; then \
		echo "$(PYTHON) cannot build environments: its venv module is missing."; \
		echo "On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; fi
	@echo "Building $(1) (once; downloads some 400 MB, a few minutes) ..."
	@[ -x $(1)/bin/python ] || $(PYTHON) -m venv $(1)
endef

# The stamps .ready and .ready-dev say that an environment is complete: without them an interrupted
# installation is taken up again, and with them nothing is downloaded any more.
$(VENV)/.ready: $(REQUIREMENTS) requirements-common.txt pyproject.toml
	$(call new_venv,$(VENV))
	$(BIN)/python $(PIP_INSTALL) -r $(REQUIREMENTS)
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.txt
	$(BIN)/python $(PIP_INSTALL) -r requirements-dev.txt
	@touch $@

$(TORCH_VENV)/.ready: requirements-torch.txt requirements-common.txt requirements-dev.txt pyproject.toml
	$(call new_venv,$(TORCH_VENV))
	$(TORCH_VENV)/bin/python $(PIP_INSTALL) $(TORCH_PIP_FLAGS) -r requirements-torch.txt
	@touch $@
