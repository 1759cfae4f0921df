"""The card of a measurement: the dozen lines that somebody reads who reads nothing else."""

import shlex

import click
import pytest

from advisor.baselines.options import NOT_RECORDED, Options
from advisor.baselines.tabular.reading import ReadOptions
from advisor.cli.baseline import _options, baseline
from advisor.render import View, render
from advisor.render.baseline.card import card, next_command
from advisor.render.baseline.command import command
from advisor.reports.baseline import Check, PretrainedRow
from tests.render.baseline_samples import HOSTILE, SAMPLES, against_profile, changed, column, likely, made, unlikely

REST = "--full shows the whole report, --explain also how the file was read."
ORDER = (
    "Predicting",
    "How sure",
    "Why",
    "Classical",
    "Network",
    "Hybrid",
    "Meanwhile",
    "Measured",
    "Limits",
    "Profile",
    "Data",
    "To settle",
    "Next",
)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_measurement_fits_on_a_card_with_a_short_table(name):
    lines = render("baseline", "text", SAMPLES[name](), View()).splitlines()
    rows = card(SAMPLES[name]()).rows
    assert all(len(line) <= 80 for line in lines)
    assert [key for key, _ in rows] == [key for key in ORDER if key in dict(rows)]
    assert {"Why", "Next"} <= set(dict(rows))
    assert len(rows) <= 10
    assert lines.index(REST) <= 15
    assert len(lines) <= 40


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLES)
def test_a_card_is_the_same_in_every_format(name):
    result = SAMPLES[name]()
    markdown = render("baseline", "markdown", result, View())
    page = render("baseline", "html", result, View())
    text = " ".join(render("baseline", "text", result, View(width=400)).split())
    for label, said in card(result).rows:
        assert f"**{label}:**" in markdown
        assert (f"<dt>{label}</dt>" in page) == (label != "Profile")  # which the banner tells
        if name != "hostile-names":
            assert " ".join(said.replace("`", "").split()) in text


def test_a_card_holds_models_against_the_limits_and_says_what_becomes_of_the_profile():
    said = dict(card(against_profile()).rows)
    assert said["Limits"] == "response 6.4 ms of 20 ms, size 0.22 MB of 512 MB"
    assert said["Profile"] == (
        "contradicted: it says classical learning, the measurement a network of your own; 1 warning"
    )
    assert dict(card(likely()).rows)["Limits"] == "response 6.4 ms, size 0.22 MB; no limit is given"


def test_the_whole_report_follows_when_it_is_asked_for():
    short = render("baseline", "text", unlikely(), View())
    for view in (View(full=True), View(explain=True)):
        whole = render("baseline", "text", unlikely(), view)
        assert whole.startswith(short.partition(REST)[0])
        assert "\nWhat was done\n" in whole
        assert "    Random forest " in whole
        assert REST not in whole
    assert "What was done" not in short
    assert "    Random forest " not in short
    assert short.endswith("  5 more models with `--full`.\n\nbreast-cancer.csv 3f3f3f3f3f3f · advisor 0.1.0\n")


def test_a_table_of_few_models_is_whole():
    models = tuple(row for row in made().models if row.id in ("dummy", "linear", "xgboost", "tabm"))
    text = render("baseline", "text", made(models=models), View())
    assert text.count("    XGBoost ") == 1
    assert "with `--full`" not in text


# -- the next command --------------------------------------------------------------------------------------

NEXT = {
    "classical-win": "advisor baseline churn.csv --target Churn --save winner",
    "network-win": "python winner/predict.py DATA",
    "no-signal": "advisor baseline coins.tsv --target Churn --explain",
    "interrupted": "advisor baseline churn.csv --target Churn",
    "failures": "advisor baseline churn.csv --target Churn --budget 10m",
    "pays-open": "advisor baseline adult.csv.gz --target Churn --budget 14m",
    "pays-profile": "advisor baseline diamonds.csv --target price --metric rmse --seed 7 "
    "--profile 'my profiles/diamonds.yaml' --save winner",
}


@pytest.mark.parametrize("name", NEXT)
def test_the_next_command_is_the_one_that_helps_most(name):
    assert next_command(changed(SAMPLES[name](), "dataset", target=target_of(name))) == NEXT[name]


def target_of(name):
    return "price" if name == "pays-profile" else "Churn"


def test_more_rows_that_may_settle_it_ask_for_the_learning_curve():
    result = SAMPLES["pays-open"]()
    pays = result.pays._replace(settles=result.pays.settles._replace(minutes=None))
    assert next_command(result._replace(pays=pays)).endswith(" --curve")


ASKED = Options(
    target="it is",
    task="regression",
    positive="yes",
    metric="mae",
    group="a b",
    time="t",
    weights="w",
    exclude=("x", "y"),
    keep=("k",),
    models=("linear", "xgboost"),
    extra=("my.models:Own",),
    folds=3,
    repeats=2,
    rope=0.25,
    seed=3,
    memory_mb=1024,
    curve=True,
    prior="none",
    structure="tabular",
    text=("note", "more"),
    horizon=7,
    series="s",
    merge_labels=True,
    predictions=("old",),
    reading=ReadOptions(
        "csv",
        "cp949",
        "\t",
        "'",
        ",",
        False,
        2,
        "#",
        ("-1", "none"),
        missing_only=True,
        keep_totals=True,
        kinds={"zip": "categorical"},
        memory_mb=1024,
    ),
)


def asked_by(line):
    """Return the options that a command line asks for."""
    words = shlex.split(line)
    assert words[:2] == ["advisor", "baseline"]
    context = baseline.make_context("baseline", words[2:], resilient_parsing=False)
    return context.params["data"], _options(context.params, {})


@pytest.mark.parametrize("asked", [ASKED, Options(target="y"), Options(target="y", horizon="auto")])
def test_the_command_asks_the_same_again(asked):
    result = changed(made(), "protocol", options=asked.recorded())
    result = changed(result, "dataset", path="my data.csv", columns_read=(column(asked.target, role="target"),))
    result = changed(result, "dataset", target=asked.target)
    data, found = asked_by(command(result, "--budget", "14m"))
    assert data == "my data.csv"
    assert found.budget_s == 840
    reading = found.reading._replace(separator=None if found.reading.separator is None else "\t")
    same = found._replace(budget_s=asked.budget_s, memory_mb=asked.memory_mb, reading=asked.reading)
    assert same == asked
    assert reading._replace(memory_mb=0, seed=0) == asked.reading._replace(memory_mb=0)


READ_ANEW = ("memory_mb", "seed", "needed", "most_mb", "most_rows", "partial", "until")


def test_the_command_knows_every_option_that_a_result_records():
    from advisor.render.baseline import command as module

    known = {*module._OPTIONS, "target", "margins", "reading", *NOT_RECORDED}
    assert set(Options._fields) <= known
    assert set(ReadOptions._fields) <= {*module._READING, "header", "kinds", "values", *READ_ANEW}


def test_weights_and_names_that_no_terminal_shows():
    weights = PretrainedRow("weights/tab icl", "tabicl", "TabICL", 10, "BSD", "ab" * 32)
    result = made()._replace(pretrained=(weights,))
    assert command(result) == "advisor baseline churn.csv --target Churn --pretrained 'weights/tab icl'"
    for name in HOSTILE[:2]:
        line = command(changed(made(), "dataset", path=name))
        assert line.isprintable()
        assert shlex.split(line)[2] in (name, "...")


def test_a_folder_has_no_column_to_name():
    result = changed(made(), "dataset", path="photos", columns=0, columns_read=(), target="class")
    assert command(result) == "advisor baseline photos"


def test_a_command_that_is_shown_can_be_parsed():
    for make in SAMPLES.values():
        line = next_command(make())
        if line.startswith("advisor"):
            try:
                asked_by(line)
            except click.ClickException as error:
                pytest.fail(f"{line}: {error.message}")


# -- long names --------------------------------------------------------------------------------------------

LONG_PATH = "/home/somebody/projects/2026/prices-of-houses/data/cleaned/king_county_houses.csv"
LONG_NAME = (
    "How satisfied are you, on a scale from 1 to 10, with the way in which our service desk handled your last request "
    "in the past year"
)


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
@pytest.mark.parametrize("explain", [False, True])
def test_a_long_path_keeps_its_tail_and_a_long_column_is_said_once(format_, explain):
    name = LONG_NAME
    checks = (
        Check("leakage", "error", name, f"`{name}` alone tells the target", f"`--keep '{name}'` keeps it."),
        Check("mixed-types", "warning", "other", "holds 3 texts among numbers", ""),
    )
    columns = (column(name), column("y", role="target"))
    result = changed(made(checks=checks), "dataset", path=LONG_PATH, columns_read=columns)
    text = " ".join(render("baseline", format_, result, View(full=True, explain=explain, width=400)).split())
    shown = text.partition("<style>")[0] + text.partition("</style>")[2]
    assert shown.replace("&#39;", "'").count(name) == 1
    assert "…/data/cleaned/king_county_houses.csv" in shown
    assert "/home/somebody/projects/2026/prices" not in shown.replace(LONG_PATH, "")
