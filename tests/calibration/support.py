"""Tables of results and rules for the tests."""

from advisor.engine.rule_parser import parse_groups, parse_rule
from advisor.engine.rulebook import RuleBook

HEADER = "task,data.structure,data.rows,better,margin,benchmark,dataset"


def table(*rows, header=HEADER):
    return ("\n".join([header, *rows]) + "\n").encode()


def results(wins, losses, *, benchmarks=("one", "two"), rows=5000, better=("deep", "classical")):
    """Return a table of tabular data sets, in turn in each benchmark, of which the network wins some."""
    lines = []
    for place, side in enumerate([better[0]] * wins + [better[1]] * losses):
        benchmark = benchmarks[place % len(benchmarks)]
        lines.append(f"classification,tabular,{rows},{side},0.1,{benchmark},d{place}")
    return table(*lines)


def one_rule(name, **effect):
    """Return a book of one success rule that fires on every table."""
    groups = parse_groups([{"id": "g", "title": "G", "criterion": "success", "cap": 40}])
    data = {
        "id": name,
        "title": "T",
        "criterion": "success",
        "group": "g",
        "when": {"fact": "data.structure", "is": "tabular"},
        **effect,
        "because": "B.",
        "exceptions": "E.",
        "evidence": [{"source": "judgement", "claim": "C"}],
        "tests": {"fires": [{"data.structure": "tabular"}], "silent": [{"data.structure": "text"}]},
    }
    return RuleBook((parse_rule(data, groups, name),), groups, "0" * 64)
