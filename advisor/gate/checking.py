"""Check finished results against gates; what cannot be judged fails."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from advisor.gate.gates import PAYS, VERDICTS, Gates, Override, Policy, override_of
from advisor.gate.observed import Observed, SourcedValue, observed
from advisor.render.layout import wording as say
from advisor.reports.check import CheckedResult, CheckReport, GateRow, OverrideRow
from advisor.reports.recommendation import APPROACHES, CONFIDENCES
from advisor.version import __version__

if TYPE_CHECKING:
    from advisor.reports.reading import Result, Results


class _Finding(NamedTuple):
    holds: bool
    expected: str
    found: str
    details: tuple[str, ...] = ()


def check_results(files: "Sequence[Results]", policy: Policy, today: date, earlier: "Results | None") -> CheckReport:
    """Check the results of several files against the gates of a policy.

    Parameters
    ----------
    files : sequence of advisor.reports.reading.Results
        What was read, file by file.
    policy : Policy
        Gates and overrides; the policy's file name is shown.
    today : date
        The day on which overrides must still be in force.
    earlier : advisor.reports.reading.Results, optional
        What `same_as` names; needed where that gate is asked for.

    Returns
    -------
    CheckReport
        Every gate of every result, in order.
    """
    alone = sum(len(read.items) for read in files) == 1
    judged = []
    for read in files:
        for result in read.items:
            before = counterpart(result, earlier, alone=alone) if earlier else None
            judged.append(
                CheckedResult(
                    name=(known := observed(result)).name,
                    file=read.file,
                    kind=known.kind,
                    verdict=known.verdict,
                    approach=known.approach,
                    gates=judge(result, policy.gates, policy.overrides, today, before),
                )
            )
    return CheckReport({"name": "advisor", "version": __version__}, policy.file or None, tuple(judged))


def judge(
    result: "Result",
    gates: Gates,
    overrides: Sequence[Override] = (),
    today: date = date.min,
    earlier: "Result | None" = None,
) -> tuple[GateRow, ...]:
    """Check one result against every gate that is asked for.

    Parameters
    ----------
    result : Recommendation or BaselineResult
        What was answered or measured.
    gates : Gates
        What it must meet.
    overrides : sequence of Override
        What may fail for the time being.
    today : date
        The day on which overrides must still be in force.
    earlier : Recommendation or BaselineResult, optional
        The result that `same_as` compares with.

    Returns
    -------
    tuple of GateRow
        A row for each gate, also for those that hold.
    """
    known = observed(result)
    rows = []
    for name in gates.asked_for:
        finding = _same(result, str(gates.same_as), earlier) if name == "same-as" else _JUDGES[name](known, gates)
        rows.append(_row(name, finding, override_of(name, overrides), today))
    return tuple(rows)


def failures(name: str, rows: Sequence[GateRow]) -> list[str]:
    """Return a line for every gate that failed, fit for a terminal and a log."""
    failed = [row for row in rows if row.status == "failed"]
    return [say.plain(f"{name}: {row.gate}: expected {row.expected}, found {row.found}") for row in failed]


def counterpart(result: "Result", earlier: "Results", *, alone: bool) -> "Result | None":
    """Return the earlier result of the same kind and name; where both files hold one result, names may differ."""
    same_kind = [item for item in earlier.items if type(item) is type(result)]
    if alone and len(earlier.items) == len(same_kind) == 1:
        return same_kind[0]
    name = observed(result).name
    named = [item for item in same_kind if observed(item).name == name]
    return named[0] if len(named) == 1 else None


def _row(gate: str, finding: _Finding, override: Override | None, today: date) -> GateRow:
    status = "ok" if finding.holds else "failed"
    shown = None
    if override:
        days = (override.until - today).days
        state = "not-needed" if finding.holds else "applies" if days >= 0 else "expired"
        status = "overridden" if state == "applies" else status
        shown = OverrideRow(state, override.reason, override.by, override.until.isoformat(), days)
    return GateRow(gate, status, finding.expected, finding.found, finding.details, shown)


def _same(result: "Result", file: str, earlier: "Result | None") -> _Finding:
    from advisor.gate.changes import answer_in_words, changes

    known = observed(result)
    if earlier is None:
        what = "recommendation" if known.kind == "recommend" else "measurement"
        return _Finding(False, f"the answer of {file}", f"no single {what} named {known.name} there")
    before = observed(earlier)
    same = (known.approach, known.verdict) == (before.approach, before.verdict)
    same = same and (known.pays == before.pays or None in (known.pays, before.pays))
    details = () if same else tuple(changes(earlier, result))
    return _Finding(same, f"{answer_in_words(before)} as in {file}", answer_in_words(known), details)


def _expect(known: Observed, gates: Gates) -> _Finding:
    # `none` and `hybrid` are approaches and verdicts: they mean the approach.
    holds = any(
        known.approach == word if word in APPROACHES else word in (known.verdict, known.pays) for word in gates.expect
    )
    found = f"verdict {known.verdict}{known.pays_in_words}"
    if known.kind == "recommend" or known.approach:
        found = f"{known.approach or 'no approach'} ({found})"
    elif not set(gates.expect) & {*VERDICTS, *PAYS}:
        found = f"a measurement without a profile has no approach; {found}"
    return _Finding(holds, " or ".join(gates.expect), found)


def _probability(known: Observed, gates: Gates) -> _Finding:
    least = gates.min_probability or 0.0
    holds = known.probability is not None and known.probability >= least
    return _Finding(holds, f"at least {least:g}", _or_nothing(known.probability, known, "probability"))


def _confidence(known: Observed, gates: Gates) -> _Finding:
    least = gates.min_confidence or CONFIDENCES[0]
    enough = CONFIDENCES[CONFIDENCES.index(least) :]
    expected = f"at least {least}" if len(enough) > 1 else least
    return _Finding(known.confidence in enough, expected, _or_nothing(known.confidence, known, "confidence"))


def _or_nothing(value: float | str | None, known: Observed, noun: str) -> str:
    if value is not None:
        return value if isinstance(value, str) else f"{value:.6g}"
    if known.verdict == "infeasible":
        return f"no {noun}: the limits exclude every approach"
    return f"no {noun} in a measurement" if known.kind == "baseline" else f"no {noun} in this result"


def _p95(known: Observed, gates: Gates) -> _Finding:
    return _at_most(known.p95_ms, gates.max_p95_ms or 0.0, "ms")


def _size(known: Observed, gates: Gates) -> _Finding:
    return _at_most(known.size_mb, gates.max_size_mb or 0.0, "MB")


def _at_most(figure: SourcedValue, most: float, unit: str) -> _Finding:
    expected = f"at most {most:g} {unit}"
    if figure.value is None:
        return _Finding(False, expected, f"unknown: {figure.origin}")
    return _Finding(figure.value <= most, expected, f"{figure.value:.6g} {unit}, {figure.origin}")


def _require(known: Observed, gates: Gates) -> _Finding:
    answers = [word for word in gates.require if word in PAYS]
    expected, found, holds = [], [], True
    if "confirmed" in gates.require:
        expected.append("confirmed by a measurement")
        reason = f": {known.confirmation_reason}" if known.confirmation and known.confirmation_reason else ""
        found.append((known.confirmation or "not measured: run advisor recommend with --data and --target") + reason)
        holds = known.confirmation == "confirmed"
    if answers:
        expected.append(" or ".join(answers))
        found.append(known.pays_in_words.removeprefix(", ") or "no answer whether a network pays in this result")
        holds = holds and known.pays in answers
    return _Finding(holds, " and ".join(expected), "; ".join([*(part.rstrip(".") for part in found[:-1]), found[-1]]))


def _forbid(known: Observed, gates: Gates) -> _Finding:
    expected = f"no {' or '.join(gates.forbid_check)} in the data"
    if known.checks is None:
        return _Finding(False, expected, "no data were checked: run advisor recommend with --data and --target")
    raised = [name for name in gates.forbid_check if name in known.checks]
    return _Finding(not raised, expected, " and ".join(raised) or "none")


def _rules(known: Observed, gates: Gates) -> _Finding:
    sha256 = gates.rules_sha256 or ""
    found = known.rules_sha256
    holds = found is not None and found.startswith(sha256)
    return _Finding(holds, sha256[:12], found[:12] if found else "no rules: a measurement")


_JUDGES: dict[str, Callable[[Observed, Gates], _Finding]] = {
    "expect": _expect,
    "min-probability": _probability,
    "min-confidence": _confidence,
    "max-p95-ms": _p95,
    "max-size-mb": _size,
    "require": _require,
    "forbid-check": _forbid,
    "rules-sha256": _rules,
}
