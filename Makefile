# Everything a newcomer needs. `make` alone lists the targets.
# Each target first sets up what it needs: Python packages in .venv, the Pulumi CLI in .sandbox. That happens once.

STACK ?= dev
# For `known-stack`, which looks at it as it is, whatever is in it.
export STACK
STACKS := dev test prod
PYTHON ?= python3
ARGS ?=

PYTHON_OF_PROJECT := .venv/bin/python
SANDBOX := $(PYTHON_OF_PROJECT) -m sandbox
IN_SANDBOX := $(SANDBOX) run --
# In several processes, of which one runs all tests of a file, in their order: some files change one stack step by step.
# Here and not in pyproject.toml, since a test that is being worked on is run by itself, in one process that can be debugged.
PYTEST := $(PYTHON_OF_PROJECT) -m pytest --numprocesses auto --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help up preview refresh destroy recover health resources shell example test test-fast test-thorough test-faults bench check format docs clean set-up set-up-for-tests known-stack

help: ## List these targets
	@echo 'Usage: make TARGET [STACK=dev|test|prod]'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'
	@echo 'Everything happens in the sandbox, an Azure on this machine; python -m sandbox --help tells more.'

up: set-up known-stack ## Create or change the environment of the stack
	@$(IN_SANDBOX) pulumi up --yes --stack $(STACK) $(ARGS)

preview: set-up known-stack ## Show what `make up` would do
	@$(IN_SANDBOX) pulumi preview --stack $(STACK) $(ARGS)

refresh: set-up known-stack ## Compare the stack's state with what exists
	@$(IN_SANDBOX) pulumi refresh --yes --stack $(STACK) $(ARGS)

destroy: set-up known-stack ## Delete everything of the stack
	@$(IN_SANDBOX) pulumi destroy --yes --run-program --suppress-outputs --stack $(STACK) $(ARGS)

recover: set-up known-stack ## Bring the stack back after a command that died; ARGS=--dry-run only looks
	@$(IN_SANDBOX) $(PYTHON_OF_PROJECT) -m recovery --stack $(STACK) $(ARGS)

health: set-up known-stack ## Show what the environment cannot reach from its subnets
	@$(IN_SANDBOX) sh -c 'id=$$(pulumi stack output environment_id --stack $(STACK)) || exit 2; \
	  exec $(PYTHON_OF_PROJECT) -m health "$$id"'

resources: set-up ## List what exists in the sandbox
	@$(SANDBOX) resources $(ARGS)

shell: set-up known-stack ## Open a shell in which pulumi works on the sandbox
	@$(SANDBOX) shell --stack $(STACK)

example: set-up-for-tests ## Run a program of examples/; EXAMPLE=beside-other-resources ARGS='destroy --yes --run-program'
	@test -f 'examples/$(EXAMPLE)/Pulumi.yaml' || { echo 'error: EXAMPLE=$(EXAMPLE) names no program of examples/;' \
	  'examples/README.md lists them. Example: make example EXAMPLE=beside-other-resources' >&2; exit 2; }
	@ln -sfn '$(CURDIR)/.venv' 'examples/$(EXAMPLE)/.venv'
	@cd 'examples/$(EXAMPLE)' && LOGIC_APPS_SANDBOX_HOME='$(CURDIR)/.sandbox' PYTHONPATH='$(CURDIR)' \
	  '$(CURDIR)/$(PYTHON_OF_PROJECT)' -m sandbox run -- pulumi $(or $(ARGS),up --yes) --stack dev

test: set-up-for-tests ## Run the tests (ten minutes); ARGS='tests/sandbox -k launcher' for some of them
	@$(PYTEST) $(ARGS)

test-fast: set-up-for-tests ## Run the tests that need no Pulumi CLI (two minutes)
	@$(PYTEST) -m 'not end_to_end and not faults' $(ARGS)

test-thorough: set-up-for-tests ## Run the property tests with ten thousand examples each (ten minutes)
	@HYPOTHESIS_PROFILE=thorough $(PYTEST) --timeout 3600 -m hypothesis $(ARGS)

test-faults: set-up-for-tests ## Kill the CLI, and let Azure fail, at every request of up and destroy (two hours)
	@$(PYTEST) --dist worksteal -m faults $(ARGS)

bench: set-up-for-tests ## Measure speed and size, and write docs/benchmarks.md (a quarter of an hour); ARGS=--quick
	@$(PYTHON_OF_PROJECT) -m bench $(ARGS)

check: set-up-for-tests ## Check format, style, types and import contracts
	.venv/bin/ruff format --check
	.venv/bin/ruff check
	.venv/bin/mypy
	@# Each example by itself, as each is a __main__; the library under its name as a package, which mypy does not see in .venv.
	@mkdir -p .mypy_cache/library && ln -sfn '$(CURDIR)/components' .mypy_cache/library/logic_apps_environment
	@for program in examples/*/__main__.py examples/*/*/__main__.py; do echo "mypy $$program"; \
	  MYPYPATH=.mypy_cache/library .venv/bin/mypy "$$program" || exit; done
	.venv/bin/lint-imports

format: set-up-for-tests ## Format the code and repair what can be repaired by machine
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

docs: set-up-for-tests ## Write the parts of the documentation that are made from the code
	@$(PYTHON_OF_PROJECT) docs/generate.py

clean: ## Delete the virtual environment and the sandbox, with all that was created in it
	rm -rf .venv .sandbox

set-up:
	@$(PYTHON) -m sandbox.toolchain

set-up-for-tests:
	@$(PYTHON) -m sandbox.toolchain --with-tests

known-stack:
	@for stack in $(STACKS); do [ "$$STACK" = "$$stack" ] && exit 0; done; \
	  printf '%s\n' "error: STACK=$$STACK is none of this project's stacks: $(STACKS). Example: make up STACK=dev" >&2; exit 2
