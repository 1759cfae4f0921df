"""What stands on standard error while fits run: one live line on a terminal, else a plain line now and then."""

import io
import sys

import pytest

from advisor.baselines.running.clock import Clock, News, Progress
from advisor.baselines.running.execution import Execution
from advisor.cli import progress as module
from advisor.cli.progress import shown_progress
from tests.baselines.running.simulated import SimulatedRunner, models, race_of, right_with

STEPS = [
    Progress("reading", 0, 0, 58.9),
    Progress("first fits", 0, 6, 55.0, ("XGBoost", "TabM-mini network")),
    Progress("first fits", 1, 6, 54.0, ("TabM-mini network",)),
    Progress("first fits", 2, 6, 40.4, ("Forest",), News("XGBoost: ROC AUC 0.9 in all folds", "XGBoost 0.9 ROC AUC")),
    Progress("first fits", 3, 6, None, ("\x1b[31mOwn::model",)),
]


@pytest.fixture
def clock(monkeypatch):
    """Return what sets the time."""
    now = [1000.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    return now


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_without_a_terminal_there_is_a_line_for_each_stage_and_every_ten_seconds(clock, capsys):
    with shown_progress(False) as report:
        for seconds, step in zip((0, 1, 5, 6, 12), STEPS, strict=True):
            clock[0] = 1000.0 + seconds
            report(step)
    assert capsys.readouterr().err == (
        "advisor: reading, at most 59 s left\n"
        "advisor: first fits 0/6, fitting XGBoost and TabM-mini network, at most 55 s left\n"
        "advisor: XGBoost: ROC AUC 0.9 in all folds\n"
        "advisor: first fits 3/6, fitting [31mOwn: :model, best so far XGBoost 0.9 ROC AUC\n"
    )


def test_quiet_says_nothing(capsys):
    with shown_progress(True) as report:
        for step in STEPS:
            report(step)
    assert capsys.readouterr().err == ""


def test_on_a_terminal_one_line_says_what_is_fitted_the_best_score_and_a_clock_that_runs(clock, monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    with shown_progress(False) as report:
        for step in STEPS[:4]:
            report(step)
        clock[0] += 7
        report(STEPS[3]._replace(left_s=33.4, news=News()))
    seen = terminal.getvalue()
    assert "first fits 1/6 · at most 54 s left · fitting TabM-mini network" in seen
    assert "first fits 2/6 · at most 33 s left · fitting Forest · best so far XGBoost 0.9 R" in seen
    assert seen.count("XGBoost: ROC AUC 0.9 in all folds") == 1


class Slow(SimulatedRunner):
    """Has nothing to say for a while."""

    silent = 3

    def wait(self, deadline):
        self.silent -= 1
        return [] if self.silent >= 0 else super().wait(deadline)


def test_while_a_fit_runs_what_is_fitted_is_told_again():
    told = []
    hits = right_with(dict.fromkeys(models(), 0.8))
    race = race_of(hits)
    race.execution = Execution(Slow(hits), Clock(float("inf")), told.append)
    race.floor()
    waiting = [step for step in told if step.done == 0]
    assert len(waiting) == 4
    assert all(step.fitting for step in waiting)
    assert told[-1].done == told[-1].total
    assert [step.news.best for step in told if step.news.best][-1].endswith(" accuracy")
