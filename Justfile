# What developers run, in an environment with `pip install -c constraints.txt -e ".[dev]"`.

# list the recipes
default:
    @just --list

# run every test, a file at a time on each core
test *options:
    pytest -n auto --dist loadfile --no-loadscope-reorder {{options}}

# run the tests that start no process and fit no model
quick *options:
    pytest -n auto --dist loadfile -m "not slow" {{options}}

# run every test with ten times the random examples, and the long simulations
nightly *options:
    pytest -n auto --dist loadfile --no-loadscope-reorder --nightly {{options}}

# check style, types and the bundled rules
lint:
    ruff check .
    ruff format --check .
    mypy
    advisor rules test
    advisor rules lint

# write the expected outputs anew, to be looked at before they are committed
golden:
    pytest --update-golden tests/test_examples.py tests/render tests/cli/test_compare.py tests/cli/test_init.py tests/cli/test_sweep.py
    git diff --stat tests/golden

# write what the pages show anew (it measures, so it takes minutes), and build the site
docs:
    pytest --update-golden --nightly tests/docs tests/test_docs.py
    sphinx-build -W --keep-going -q docs build/docs

# run a program of tests/benchmarks/, such as `just bench verdicts 1500`
bench name="speed" *arguments:
    python tests/benchmarks/{{name}}.py {{arguments}}
