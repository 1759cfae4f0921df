"""Text of a baseline: the verdict first, one table, within its width, without escape codes unless asked for."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from advisor.render import View, render
from advisor.reports.baseline import BASELINE_VERDICTS, Check, LearningCurve
from tests.bounds import examples
from tests.render.baseline_samples import (
    CHURN_COLUMNS,
    SAMPLES,
    changed,
    equal,
    failures,
    interrupted,
    limits,
    lost,
    made,
    network_win,
    no_signal,
    scored,
    undecided,
    wide,
)

ESCAPE = "\x1b"


def shown(result, *, full=True, **view):
    return render("baseline", "text", result, View(full=full, **view))


def card_of(text):
    """Return the facts of the card at the top of a report."""
    lines = re.findall(r"^  (\S(?:\S| (?! ))*)  +(.*)$", text.partition("\n\n")[0], re.MULTILINE)
    return dict(lines)


def section(text, title):
    """Return the lines of the section whose heading starts with `title`."""
    found = re.search(rf"^{re.escape(title)}.*\n((?:(?:  .*)?\n)+?)(?=^\S|\Z)", text, re.MULTILINE)
    assert found, f"no section {title} in\n{text}"
    return found[1]


def bare(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        (made(), "Classical learning is enough here."),
        (network_win(), "A network is worth it here."),
        (equal(), "Equal: take the simpler, classical model."),
        (undecided(), "Undecided: neither family is clearly ahead."),
        (no_signal(), "Neither family beats guessing."),
        (no_signal()._replace(verdict="equal"), "Neither family beats guessing."),
        (failures(), "Undecided: no network finished."),
        (changed(failures(), "comparison", best_ml=None), "Undecided: no model finished."),
        (changed(undecided(), "comparison", best_ml=None), "Undecided: no classical model finished."),
        (interrupted(), "Undecided: stopped before there was an answer."),
    ],
)
def test_the_verdict_is_the_first_line_and_bold(result, sentence):
    assert shown(result).splitlines()[0] == sentence
    assert shown(result, color=True).startswith(f"{ESCAPE}[1m{sentence}{ESCAPE}[0m\n")


@pytest.mark.parametrize("name", SAMPLES)
def test_verdict_and_reason_stand_on_the_card(name):
    result = SAMPLES[name]()
    reason = result.pays.because if result.pays else result.verdict_reason
    said = f"{reason[0].upper()}{reason[1:]}.".replace(ESCAPE, " ").replace("`", "")
    assert card_of(shown(result, width=400))["Why"].split() == said.split()


def test_a_long_reason_is_whole_and_a_long_error_is_cut():
    reason = "The network was still improving " + "and improving " * 28 + "to the end"
    models = (lost("tabm", "failed", f"ValueError: {'x ' * 400}"), scored("xgboost", 0.8, 0.01))
    text = shown(made(verdict_reason=reason, models=models))
    assert f"{reason}." in " ".join(text.split())
    assert text.count("x x") < 120


def test_every_verdict_has_its_sentence():
    firsts = {shown(made()._replace(verdict=verdict)).splitlines()[0] for verdict in BASELINE_VERDICTS}
    assert len(firsts) == len(BASELINE_VERDICTS)


@pytest.mark.parametrize(
    ("prefer", "line"),
    [
        ("ml", "use classical learning (XGBoost)"),
        ("dl", "use a network (TabM-mini network)"),
        ("none", "use no model"),
    ],
)
def test_an_undecided_verdict_says_what_to_do_meanwhile(prefer, line):
    assert card_of(shown(undecided()._replace(prefer=prefer)))["Meanwhile"] == line
    assert "Meanwhile" not in shown(made(prefer=prefer))


def test_there_is_one_table_with_families_and_their_winners():
    text = section(shown(made()), "Models by ROC AUC (higher is better)")
    assert text == (
        "                               Score    95% interval      Fit   p50/p95     Size\n"
        "  Classical models\n"
        "  * Regularised linear model  0.8499  0.838 to 0.861   0.14 s   3.8/4.6   8.3 kB\n"
        "    XGBoost                   0.8478  0.837 to 0.859   0.94 s   4.4/5.3  0.83 MB\n"
        "    Random forest             0.8442  0.833 to 0.855    1.6 s     18/23    19 MB\n"
        "  Neural networks\n"
        "  * TabM-mini network         0.8438  0.832 to 0.855     12 s   5.1/6.4  0.22 MB\n"
        "    RealMLP-style network     0.8391  0.827 to 0.851     13 s   4.9/6.1  0.68 MB\n"
        "    Plain network (MLP)       0.8337  0.821 to 0.847    6.3 s   4.6/5.5  0.27 MB\n"
        "  Hybrids\n"
        "    Network features,         0.8421  0.830 to 0.854     13 s    9.7/12   1.1 MB\n"
        "    XGBoost on top\n"
        "  For reference\n"
        "    Readable tree             0.8243  0.810 to 0.839   0.08 s   3.6/4.2    12 kB\n"
        "    Rule on one column        0.7371  0.723 to 0.752   0.03 s   1.1/1.4   2.1 kB\n"
        "    Always the same answer    0.5000  0.500 to 0.500  <0.01 s  0.21/0.3   1.1 kB\n"
        "  * best of its family · p50/p95 in milliseconds: one row, whole pipeline\n"
        "  Difference: 0.0061 in favour of classical models (95% interval 0.001 to\n"
        "  0.011); up to 0.005 counts as equal.\n"
        "\n"
    )


def test_the_better_score_is_first_where_lower_is_better():
    text = section(shown(network_win()), "Models by RMSE (lower is better)")
    scores = [float(line[26:36].replace(",", "")) for line in text.splitlines() if re.search(r"\d to \d", line[:60])]
    families = [scores[:3], scores[3:6], scores[6:7], scores[7:]]
    assert [sorted(family) for family in families] == families
    assert "Difference: 54.0 in favour of networks (95% interval 40 to 68)" in text


def test_every_model_that_was_asked_for_has_a_row_with_its_fate():
    text = section(shown(failures(), width=200), "Models")
    for row in failures().models:
        line = next(line for line in text.splitlines() if line[4:].startswith(row.title))
        if row.status != "ok":
            assert line.split("  ")[-1].strip() == f"{row.status.replace('-', ' ')}: {row.note}"


def test_limits_that_are_broken_are_marked_in_the_table_and_said_before_it():
    text = shown(limits(), width=120)
    assert (
        "Limits Random forest breaks latency.p95_ms and deployment.memory_mb of the profile; "
        "best within the limits: regularised linear model. " in " ".join(text.split())
    )
    assert "  * Random forest¹ " in text
    assert "    RealMLP-style network² " in text
    assert "  ¹ breaks latency.p95_ms and deployment.memory_mb of the profile\n" in text
    all_slow = tuple(row._replace(violates=("latency.p95_ms",)) for row in limits().models)
    assert "; so does every model of its family." in shown(limits()._replace(models=all_slow), width=200)


def test_notes_of_models_that_ran_are_shown_once():
    text = shown(undecided())
    assert "TabM-mini network¹" in text
    assert "RealMLP-style network¹" in text
    assert text.count("stopped by its clock while still improving in 3 of 3") == 1


def test_ten_notes_have_ten_marks():
    models = tuple(scored("xgboost", 0.8, 0.01, note=f"note {place}") for place in range(11))
    text = shown(made(models=models))
    assert "XGBoost⁹" in text
    assert "XGBoost(10)" in text
    assert "  (11) note 10\n" in text


# -- checks ------------------------------------------------------------------------------------------------


def test_errors_come_first_and_are_named_below_the_verdict():
    text = shown(failures())
    assert "  Data       look first at leakage in cancellation_date and missing-target in\n             Churn\n" in text
    assert section(text, "Checks") == (
        "  error   leakage in `cancellation_date`: whether `cancellation_date` is filled\n"
        "          in tells the target in 98% of the rows; it is left out.\n"
        "          If it is known before the outcome, `--keep cancellation_date` brings\n"
        "          it back.\n"
        "  error   missing-target in `Churn`: 11 rows have no value in `Churn` and were\n"
        "          dropped.\n"
        "          If blank means No, fill it in.\n"
        "  note    imbalance: 26% of the rows are `Yes`.\n"
        "\n"
    )


def test_many_checks_of_one_kind_are_one_line_unless_explained():
    text = section(shown(wide(), width=200), "Checks")
    assert text.count("constant-column") == 1
    assert (
        "constant-column in `sensor_00_mean`, `sensor_00_max`, `sensor_00_spread`, `sensor_01_mean`, "
        "`sensor_01_max`, `sensor_01_spread` and 8 more:" in text
    )
    assert "`--explain` lists them all." in text
    explained = section(shown(wide(), width=200, explain=True), "Checks")
    assert explained.count("constant-column in ") == 14
    assert "lists every one" not in explained


def test_many_notes_are_only_counted_unless_explained():
    assert "  4 more notes with `--explain`.\n" in shown(wide())
    assert "mixed-types" not in shown(wide())
    assert "mixed-types in `sensor_13_max`" in shown(wide(), explain=True)


def test_three_checks_of_a_kind_are_shown_one_by_one():
    checks = tuple(Check("constant-column", "warning", name, f"{name} is constant", "") for name in "abc")
    assert section(shown(made(checks=checks)), "Checks").count("constant-column in") == 3
    more = (*checks, Check("constant-column", "warning", "d", "holds one value", ""))
    assert section(shown(made(checks=more[::-1])), "Checks").count("constant-column in") == 1
    assert "in `d`, holds one value." in shown(made(checks=more[::-1]))


def test_without_checks_the_text_says_so():
    assert "  No problems were found in the data.\n" in shown(made(checks=()))


# -- learning curve ----------------------------------------------------------------------------------------


def test_the_learning_curve_is_drawn_with_its_forecast():
    assert section(shown(network_win()), "Learning curve: RMSE (lower is better) by training rows") == (
        "        │   ○·                                         ┊\n"
        "  1,200 ┤     ··                                       ┊\n"
        "        │       ···                                    ┊\n"
        "  1,000 ┤   ●∙∙∙∙∙ ··                                  ┊\n"
        "        │         ∙∙∙∙◉∙∙                              ┊\n"
        "    800 ┤                ∙∙∙∙∙∙●∙∙                     ┊\n"
        "        │                      ○··∙∙∙∙∙∙∙●∙∙∙∙∙        ┊\n"
        "    600 ┤                               ·○·····∙∙∙∙◉∙∙∙┊∙∙∙∙●∙∙∙∙∙∙\n"
        "        │                                              ┊····○······∙∙∙◉\n"
        "        └───┴─────────┴────────┴─────────┴─────────┴────────┴─────────┴───\n"
        "           500      1,000    2,000     4,000     8,000   16,000    32,000\n"
        "\n"
        "  ● classical models (XGBoost)   ○ networks (TabM-mini network)   ◉ both\n  ┊ forecast\n"
        "  Chance that the other family leads with more data: 0.04 at 16,000 rows and\n"
        "  0.09 at 32,000 rows.\n"
        "  No flip is expected up to four times the data.\n"
        "\n"
    )


def test_a_curve_without_forecast_or_with_gaps_is_drawn_too():
    curve = LearningCurve((100, 200, 400), (0.7, math.nan, 0.8), (None, 0.6, 0.7), None, "too few rows to forecast")
    text = section(shown(made(learning_curve=curve)), "Learning curve")
    assert "┊" not in text
    assert "100" in text
    assert "Too few rows to forecast." in text


def test_a_curve_with_nothing_to_draw_keeps_its_note():
    curve = LearningCurve((100,), (0.7,), (0.6,), None, "one size is no curve")
    assert section(shown(made(learning_curve=curve)), "Learning curve") == "  One size is no curve.\n\n"
    nothing = LearningCurve((), (), (), None, "not enough rows")
    assert section(shown(made(learning_curve=nothing)), "Learning curve") == "  Not enough rows.\n\n"


# -- what was done, what to do -------------------------------------------------------------------------------


def test_what_was_done_is_two_sentences_and_the_notes():
    assert section(shown(undecided(), width=250), "What was done") == (
        "  `adult.csv.gz`, 5,600,000 rows, 15 columns; target `class`, treated as binary because it has two "
        "values, <=50K, "
        ">50K; positive is >50K, the rarer one (24.8% of the rows).\n"
        "  ROC AUC over 3 stratified folds of 40,000 of 5,600,000 rows, seed 0; "
        "2 minutes of a budget of 2 minutes, 2 fits at a time.\n"
        "  - Random forest and Plain network (MLP) were left out to close the budget.\n"
        "  - Compared on 40,000 of 48,842 rows: the verdict holds for that size.\n"
        "\n"
    )


def test_repeats_are_named_and_a_replay_has_no_budget():
    text = shown(changed(equal(), "protocol", budget_s=math.inf), width=200)
    assert "Log loss over 5 stratified folds × 2 of all 1,797 rows, seed 0; 1.5 minutes, 2 fits at a time." in text


def test_hints_fit_the_situation():
    hints = section(shown(made()), "Next steps")
    assert [flag for flag in ("--budget", "--curve", "--save", "--explain") if flag in hints] == [
        "--curve", "--save", "--explain",
    ]  # fmt: skip
    assert "`--budget 10m`" in section(shown(failures()), "Next steps")
    assert "--budget" not in section(shown(undecided()), "Next steps")  # its reason names a better figure
    assert "`winner` holds the fitted winner" in section(shown(network_win()), "Next steps")
    assert "--save" not in section(shown(no_signal()), "Next steps")
    assert "--explain" not in section(shown(made(), explain=True), "Next steps")


def test_explain_shows_how_the_file_was_read_and_every_column_by_role():
    text = shown(made(), explain=True)
    assert "  encoding       UTF-8       every byte sequence is valid         --encoding\n" in section(
        text, "How the file was read"
    )
    columns = section(text, "Columns").splitlines()
    assert [line.strip() for line in columns if len(line.split("  ")) == 2] == ["Target", "Features", "Left out"]
    for row in CHURN_COLUMNS:
        assert sum(line.startswith(f"  {row.name}  ") for line in columns) == 1
    assert "  TotalCharges    numeric          <1%     6,530  numbers beside blanks, which" in columns
    assert "TabM-mini network                   1.1/1.4       0.021       431 MB" in section(text, "Time and memory")


def test_a_result_with_nothing_in_it_is_still_a_report():
    empty = changed(made(models=(), checks=(), verdict_reason="", verdict="undecided"), "comparison", best_ml=None)
    empty = changed(empty, "comparison", best_dl=None, difference=None, ci95=None, p_ml_better=None, beats_dummy=None)
    empty = changed(empty, "dataset", decisions=(), columns_read=())
    text = shown(empty, explain=True)
    assert text.startswith(
        "Undecided: no model finished.\n"
        "  Meanwhile  use classical learning\n"
        "  Next       advisor baseline churn.csv --explain\n\n"
        "Checks\n"
    )


# -- layout ------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("width", [60, 80, 100, 120])
@pytest.mark.parametrize("view", [{}, {"explain": True}, {"color": True}])
@pytest.mark.parametrize("name", SAMPLES)
def test_no_line_is_longer_than_the_width(name, width, view):
    for line in shown(SAMPLES[name](), width=width, **view).splitlines():
        assert cell_len(bare(line)) <= width, line
        assert bare(line) == bare(line).rstrip() or view.get("color")


@pytest.mark.slow
@pytest.mark.parametrize("width", [1, 20, 40, 300])
@pytest.mark.parametrize("name", SAMPLES)
def test_odd_widths_do_no_harm(name, width):
    assert shown(SAMPLES[name](), width=width, explain=True)


def test_a_narrow_table_drops_figures_and_says_which():
    text = shown(made(), width=60)
    assert "not shown for lack of width:" in text
    assert "  * Regularised linear       0.8499  0.838 to 0.861   0.14 s\n    model\n" in text
    assert "p50/p95, Size" in text
    assert "left out for lack of width" not in shown(made(), width=80)


@pytest.mark.parametrize("name", SAMPLES)
def test_no_escape_codes_without_colour(name, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert ESCAPE not in shown(SAMPLES[name](), explain=True)


@pytest.mark.parametrize("name", SAMPLES)
def test_colour_adds_nothing_but_colour(name, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    colored = shown(SAMPLES[name](), color=True)
    assert [line.rstrip() for line in bare(colored).splitlines()] == shown(SAMPLES[name]()).splitlines()


def test_colour_marks_winners_failures_and_severities_and_leaves_figures_alone():
    lines = shown(failures(), color=True).splitlines()
    text = "\n".join(line.replace(ESCAPE, "") for line in lines)
    assert "  [32m* [0m[1mmy_models:Ensemble      [0m  0.8485  0.837 to 0.860   0.94 s   4.4/5.3  0.83 MB" in text
    assert "    XGBoost                   0.8478  0.837 to 0.859   0.94 s   4.4/5.3  0.83 MB" in text
    assert "    Random forest             [33mout of memory[0m: took more than its 1.5 GB in fold" in text
    assert "  [1;31merror   [0m[1mleakage in `cancellation_date`[0m: whether" in text
    assert "[32m∙∙∙∙∙∙●∙∙[0m" in shown(network_win(), color=True).replace(ESCAPE, "")


@examples(40)
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_of_a_user_reaches_the_terminal_as_a_command(name, message):
    checks = (Check("leakage", "error", name, message, message),)
    models = (lost("tabm", "failed", message)._replace(title=name), scored("xgboost", 0.8, 0.01, title=name))
    result = made(models=models, checks=checks, saved=name)
    result = changed(result, "dataset", path=name, target=name, positive=name, task_reason=message)
    text = shown(result, explain=True)
    assert all(char.isprintable() for char in text.replace("\n", ""))
    assert all(cell_len(line) <= 80 for line in text.splitlines())


def test_columns_with_a_part_are_named():
    columns = [row._replace(role=role) for row, role in zip(CHURN_COLUMNS, ("weight", "group", "time"), strict=False)]
    text = shown(changed(equal(), "dataset", columns_read=(*columns, *CHURN_COLUMNS[3:])))
    names = [row.name for row in columns]
    done = " ".join(section(text, "What was done").split())
    assert (
        f"The rows are weighted by `{names[0]}`; rows with the same `{names[1]}` stay in one fold; the rows are in the "
        f"order of `{names[2]}`."
    ) in done
