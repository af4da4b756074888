# `make` lists the targets. Each target first installs what it needs, once: Python packages in .venv, the Pulumi CLI in .sandbox.

STACK ?= dev
# An environment variable, so that `known-stack` can check any value without running it as shell code.
export STACK
# Every stack that has a stack file.
STACKS := $(patsubst Pulumi.%.yaml,%,$(wildcard Pulumi.*.yaml))
PYTHON ?= python3
ARGS ?=

# A make that a recipe starts, for example in a benchmark or a shell, does not inherit the arguments of this one.
MAKEOVERRIDES :=
# `python3 -m` must find the packages of this folder.
unexport PYTHONSAFEPATH
unexport ARGS EXAMPLE MAKEFLAGS MFLAGS
# Setup installs packages without bytecode, so Python must store it when it first imports a module.
unexport PYTHONDONTWRITEBYTECODE

PYTHON_OF_PROJECT := .venv/bin/python
SANDBOX := .venv/bin/logic-apps-sandbox
IN_SANDBOX := $(SANDBOX) run --
# In several processes, of which one runs all tests of a file, in their order: some files change one stack step by step.
# Here and not in pyproject.toml, since a test that is being worked on is run by itself, in one process that can be debugged.
PYTEST := $(PYTHON_OF_PROJECT) -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

# For Python 3.11 and later, on every platform.
LOCK = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
  --custom-compile-command 'make lock' $(ARGS)
RELEASE_TOOLS := .sandbox/release/bin

.DEFAULT_GOAL := help
.PHONY: help up preview refresh destroy recover picture health resources shell example test test-fast test-thorough test-faults test-clients bench check format docs lock dist audit clean set-up set-up-for-tests known-stack

help: ## List the targets
	@echo 'Usage: make TARGET [STACK=NAME]   (NAME: $(STACKS))'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-15s %s\n", $$1, $$2 }'
	@echo 'All targets use the sandbox, a simulated Azure on this machine (logic-apps-sandbox --help).'

up: set-up known-stack ## Deploy the stack
	@$(IN_SANDBOX) pulumi up --yes --stack $(STACK) $(ARGS)

preview: set-up known-stack ## Preview the changes of `make up`
	@$(IN_SANDBOX) pulumi preview --stack $(STACK) $(ARGS)

refresh: set-up known-stack ## Update the stack's state from Azure
	@$(IN_SANDBOX) pulumi refresh --yes --stack $(STACK) $(ARGS)

destroy: set-up known-stack ## Delete all resources of the stack
	@# With --run-program, Pulumi adds the components to an empty state (docs/known-issues.md).
	@$(IN_SANDBOX) sh -c 'state=$$(pulumi stack export --stack "$$STACK") || exit; case $$state in *\"urn\"*) ;; \
	  *) echo "The stack $$STACK has no resources."; exit;; esac; \
	  exec pulumi destroy --yes --run-program --suppress-outputs --stack "$$STACK" "$$@"' destroy $(ARGS) || { status=$$?; \
	  echo 'If the stack is protected, run in `make shell`: pulumi config set logic-apps-environment:protect false --stack $(STACK)' \
	  '(docs/how-to/replace-or-delete.md)' >&2; exit $$status; }

recover: set-up known-stack ## Reconcile the stack with Azure after an interrupted command; ARGS=--dry-run only reports
	@$(IN_SANDBOX) .venv/bin/logic-apps-environment recover --stack $(STACK) $(ARGS)

picture: set-up-for-tests known-stack ## Draw the environment of the stack as SVG
	@$(PYTHON_OF_PROJECT) -m docs.picture $(STACK)

health: set-up known-stack ## Find blocked network dependencies of the environment
	@$(IN_SANDBOX) sh -c 'id=$$(pulumi stack output environment_id --stack $(STACK)) || \
	  { echo "Deploy the environment first: make up STACK=$(STACK)" >&2; exit 2; }; \
	  exec .venv/bin/logic-apps-environment health "$$id"'

resources: set-up ## List the resources in the sandbox
	@$(SANDBOX) resources $(ARGS)

shell: set-up known-stack ## Open a shell in which pulumi uses the sandbox
	@$(SANDBOX) shell --stack $(STACK)

example: set-up-for-tests ## Run a program in examples/; EXAMPLE=beside-other-resources ARGS='destroy --yes --run-program'
	@test -f 'examples/$(EXAMPLE)/Pulumi.yaml' || { echo 'error: EXAMPLE=$(EXAMPLE) is not a program in examples/;' \
	  'examples/README.md lists them. Example: make example EXAMPLE=beside-other-resources' >&2; exit 2; }
	@ln -sfn '$(CURDIR)/.venv' 'examples/$(EXAMPLE)/.venv'
	@cd 'examples/$(EXAMPLE)' && LOGIC_APPS_SANDBOX_HOME='$(CURDIR)/.sandbox' \
	  '$(CURDIR)/$(SANDBOX)' run -- pulumi $(or $(ARGS),up --yes) --stack dev

test: set-up-for-tests ## Run all tests (seven minutes); ARGS='tests/logic_apps_sandbox -k launcher' selects some
	@$(PYTEST) $(ARGS)

test-fast: set-up-for-tests ## Run the tests that need no Pulumi CLI (two minutes)
	@$(PYTEST) -m 'not end_to_end and not faults and not clients' $(ARGS)

test-thorough: set-up-for-tests ## Run the property tests with ten thousand examples each (two hours)
	@HYPOTHESIS_PROFILE=thorough $(PYTEST) --timeout 3600 -m hypothesis $(ARGS)

test-faults: set-up-for-tests ## Interrupt the CLI and inject Azure errors at every request of up and destroy (two hours)
	@$(PYTEST) --dist worksteal -m faults $(ARGS)

test-clients: set-up-for-tests ## Run the Azure CLI, the SDKs for JavaScript, Go and Java, and Azurite; the first run installs them
	@$(PYTHON_OF_PROJECT) -m pytest -m clients tests/logic_apps_sandbox/clients tests/end_to_end/test_azure_backend.py $(ARGS)

bench: set-up-for-tests ## Measure speed and size and write docs/benchmarks.md (six minutes); ARGS=--quick
	@$(PYTHON_OF_PROJECT) -m bench $(ARGS)

check: set-up-for-tests ## Run the formatter, linter, type checker and import contracts
	.venv/bin/ruff format --check
	.venv/bin/ruff check
	.venv/bin/mypy
	@# Each separately, because each is the module __main__.
	@for program in components/__main__.py examples/*/__main__.py examples/*/*/__main__.py templates/*/__main__.py; do echo "mypy $$program"; \
	  .venv/bin/mypy "$$program" || exit; done
	.venv/bin/lint-imports

format: set-up-for-tests ## Format the code and apply automatic fixes
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

docs: set-up-for-tests ## Generate the parts of the documentation that come from the code
	@$(PYTHON_OF_PROJECT) docs/generate.py

lock: set-up-for-tests ## Pin the packages that pyproject.toml requires; ARGS=--upgrade selects the newest versions
	@$(LOCK) pyproject.toml --all-extras --group build --group uv --output-file requirements/tests.txt
	@$(LOCK) pyproject.toml --extra commands --extra sandbox --group build -c requirements/tests.txt --output-file requirements/sandbox.txt
	@$(LOCK) --group uv -c requirements/tests.txt --output-file requirements/uv.txt
	@$(LOCK) --group release -c requirements/tests.txt --output-file requirements/release.txt
	@{ echo '# The versions of requirements/tests.txt without hashes, for `pulumi install` (make lock).'; \
	  sed -n 's/ *\\$$//; /^[a-z].*==/p' requirements/tests.txt; } > constraints.txt

dist: $(RELEASE_TOOLS) ## Build the packages of a release and its list of components (CycloneDX SBOM) in dist/
	rm -rf dist
	$(RELEASE_TOOLS)/python -m build --no-isolation --outdir dist/packages
	$(RELEASE_TOOLS)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible \
	  --output-file dist/logic-apps-environment.cdx.json requirements/sandbox.txt

audit: $(RELEASE_TOOLS) ## Look up known vulnerabilities of the packages of a release (needs the internet)
	$(RELEASE_TOOLS)/pip-audit --strict --disable-pip --require-hashes --requirement requirements/sandbox.txt

$(RELEASE_TOOLS): requirements/release.txt
	@$(PYTHON) -m venv --clear .sandbox/release
	@$@/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --requirement $<
	@touch $@

clean: ## Delete the virtual environment and the sandbox with all of its resources
	rm -rf .venv .sandbox

set-up:
	@$(PYTHON) -m logic_apps_sandbox.toolchain

set-up-for-tests:
	@$(PYTHON) -m logic_apps_sandbox.toolchain --with-tests

known-stack:
	@for stack in $(STACKS); do [ "$$STACK" = "$$stack" ] && exit 0; done; \
	  printf '%s\n' "error: STACK=$$STACK has no stack file Pulumi.$$STACK.yaml. The stacks of this project: $(STACKS). Example: make up STACK=dev" >&2; exit 2
