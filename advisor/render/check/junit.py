"""The report on gates as JUnit XML: a suite for each result, a test case for each gate."""

from xml.etree import ElementTree as ET  # nothing is parsed here

from advisor.render.check import wording as say
from advisor.render.layout.wording import LONGEST_TITLE, clipped
from advisor.render.view import View
from advisor.reports.check import CheckReport, GateRow


def render(report: CheckReport, view: View) -> str:  # noqa: ARG001 - every format takes the view
    """Return the document; a gate that is overridden counts as skipped."""
    suites = ET.Element("testsuites", name="advisor check")
    for result in report.results:
        # Every text goes through `clipped` or `plain`: XML has no place for control characters, even escaped.
        suite = ET.SubElement(suites, "testsuite", _counts(result.gates), name=say.title(result))
        for row in result.gates:
            case = ET.SubElement(
                suite, "testcase", classname=clipped(result.name, LONGEST_TITLE), name=row.gate, time="0"
            )
            if row.status == "failed":
                failure = ET.SubElement(case, "failure", message=say.finding(row), type=row.gate)
                failure.text = "\n".join([say.finding(row), *say.notes(row)])
            elif row.status == "overridden":
                ET.SubElement(case, "skipped", message="; ".join([say.finding(row), *say.notes(row)]))
    total = _counts([row for result in report.results for row in result.gates])
    del total["skipped"]  # the schema of Jenkins' xUnit plugin has it for a suite alone
    for name, value in total.items():
        suites.set(name, value)
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _counts(rows: "tuple[GateRow, ...] | list[GateRow]") -> dict[str, str]:
    statuses = [row.status for row in rows]
    counts = {"tests": len(rows), "failures": statuses.count("failed"), "errors": 0}
    return {name: str(count) for name, count in {**counts, "skipped": statuses.count("overridden"), "time": 0}.items()}
