"""`advisor rules`: list, show, test, lint, document the rules, and show what they cover."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from advisor.cli.calibrate import calibrate
from advisor.cli.choices import Group
from advisor.cli.report import Report, output_option, report_options
from advisor.cli.streams import cache_folder, check_output, rules_option, write_report

if TYPE_CHECKING:
    from advisor.engine.library import Library


@click.group(cls=Group, short_help="List, show, test and document the rules.")
def rules() -> None:
    """List, show, test and document the rules."""


@rules.command("list")
@rules_option
def list_(rule_folders: tuple[str, ...]) -> None:
    """List every rule with its group and title."""
    from advisor.render.layout.wording import plain_line

    book = _library(rule_folders).rule_book()
    width = max(len(rule.id) for rule in book.rules)
    group_width = max((len(name) for name in book.groups), default=1)
    lines = [plain_line(f"{rule.id:<{width}}  {rule.group or '-':<{group_width}}  {rule.title}") for rule in book.rules]
    write_report("\n".join(lines) + "\n", None)


@rules.command()
@click.argument("rule_id", metavar="ID")
@rules_option
def show(rule_id: str, rule_folders: tuple[str, ...]) -> None:
    """Show one rule: condition, points, reason, exceptions, sources and tests."""
    from advisor.render.layout.wording import plain_lines
    from advisor.render.rules_page import rules_page
    from advisor.source.problems import did_you_mean

    library = _library(rule_folders)
    if rule_id not in library.rules:
        near = did_you_mean(rule_id, list(library.rules)) or "`advisor rules list` shows them"
        raise click.UsageError(f"no rule '{rule_id}'; {near}")
    data = library.rules[rule_id]
    page = rules_page([data], [group for group in library.groups if group["id"] == data.get("group")])
    body = page[page.index("###") :]
    sources = {entry["id"]: entry for entry in library.catalogue.get("sources", [])}
    for entry in data["evidence"]:
        source = sources.get(entry["source"])
        if source:
            body += f"\n{source['id']} ({source['status']}): {source['title']}. {source['where']}."
    for kind in ("fires", "silent"):
        body += f"\n{kind} on: " + "; ".join(
            ", ".join(f"{field}={value}" for field, value in example.items()) for example in data["tests"][kind]
        )
    write_report(plain_lines(body.replace("###", "#", 1)) + "\n", None)


@rules.command()
@rules_option
def test(rule_folders: tuple[str, ...]) -> int:
    """Run the examples in every rule; exit 1 if one fails."""
    from advisor.engine.rulebook import failing_tests
    from advisor.profile.facts import derive_facts
    from advisor.render.layout.wording import plain_lines

    book = _library(rule_folders).rule_book()
    failures = [failure for rule in book.rules for failure in failing_tests(rule, derive_facts)]
    count = sum(len(rule.fires) + len(rule.silent) for rule in book.rules)
    lines = [*failures, f"{count - len(failures)} of {count} examples in {len(book.rules)} rules pass"]
    write_report(plain_lines("\n".join(lines)) + "\n", None)
    return 1 if failures else 0


@rules.command()
@rules_option
def lint(rule_folders: tuple[str, ...]) -> int:
    """Find faulty rules; exit 1 if there are any.

    Finds conditions that never or always hold, duplicates, unknown sources and techniques, fields and facts
    that no rule reads, values that no rule tells apart, groups without rules, points that are off-centre over
    their field's prior, and mistakes in the catalogue.
    """
    from advisor.advice.catalogue import build_catalogue, catalogue_problems
    from advisor.engine.lint import lint as find
    from advisor.render.layout.wording import counted, plain_lines

    library = _library(rule_folders)
    sources = {
        str(entry["id"]): str(entry.get("status", ""))
        for name in ("sources", "knowledge")
        for entry in library.catalogue.get(name, [])
    }
    findings = find(library.rule_book(), sources, build_catalogue(library.catalogue).techniques)
    findings += catalogue_problems(library.catalogue)
    summary = f"{counted(len(findings), 'finding')} in {counted(len(library.rules), 'rule')}"
    write_report(plain_lines("\n".join([*findings, summary])) + "\n", None)
    return 1 if findings else 0


rules.add_command(calibrate)


@rules.command()
@output_option
@rules_option
def docs(output: str | None, rule_folders: tuple[str, ...]) -> None:
    """Print the Markdown page of all rules (docs/reference/rules.md is this page)."""
    from advisor.render.layout.wording import plain_lines
    from advisor.render.rules_page import rules_page

    check_output(output)
    library = _library(rule_folders)
    write_report(plain_lines(rules_page(library.rules.values(), library.groups)), output)


@rules.command()
@report_options("coverage")
@rules_option
def coverage(report: Report, rule_folders: tuple[str, ...]) -> int:
    """Show what implements each claim that the advisor must know; exit 1 if a claim is not implemented.

    For each claim: the rule, model, technique, cost line or first step that cites it, and a bundled
    example whose output contains it.
    """
    from advisor.advice.coverage import coverage as cover
    from advisor.advice.knowledge import Knowledge
    from advisor.engine.library import bundled_examples
    from advisor.profile.reader import read_profile

    report.check()
    knowledge = Knowledge.of(_library(rule_folders))
    profiles = [(path.stem, read_profile(path.read_bytes(), path.name)) for path in bundled_examples()]
    rows = cover(knowledge, profiles)
    report.write(rows)
    return 0 if all(row.live for row in rows) else 1


def _library(folders: tuple[str, ...]) -> "Library":
    from advisor.advice.knowledge import load_rules

    return load_rules([Path(folder) for folder in folders], cache_folder())
