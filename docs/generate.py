"""The reference pages, made from the tables that the program itself works with: `python docs/generate.py`."""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from advisor.advice import model_format
from advisor.advice.knowledge import load_rules
from advisor.advice.limits import LIMIT_FIELDS
from advisor.cli.main import cli
from advisor.cli.schema import KINDS, schema_of
from advisor.engine import conditions, rule_parser
from advisor.gate.policy import GATE_FIELDS, OVERRIDE_FIELDS
from advisor.profile.explanations import EXPLANATIONS
from advisor.profile.facts import DERIVED
from advisor.profile.fields import FIELDS, Field
from advisor.profile.schema import allowed_values, field_table
from advisor.profile.values import plain
from advisor.render.layout.glossary import GLOSSARY
from advisor.render.rules_page import rules_page

ROOT = Path(__file__).resolve().parent.parent
MADE = "<!-- Made by docs/generate.py from the program's own tables; do not edit. -->\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    cells = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells) + "\n"


def code(text: str) -> str:
    """Return words as code."""
    return f"`{text}`"


# -- profile ----------------------------------------------------------------------------------------------


def profile_page() -> str:
    """Return the page of fields, facts and priors."""
    facts = table(
        ["fact", "meaning", "made from"],
        ([code(name), doc, ", ".join(map(code, fields))] for name, (fields, doc) in DERIVED.items()),
    )
    meanings = table(
        ["field", "value", "meaning"],
        ([code(field), code(value), doc] for field, values in EXPLANATIONS.items() for value, doc in values.items()),
    )
    priors = table(
        ["field", "values and how often they are assumed"],
        ([code(field.path), _prior(field)] for field in FIELDS if field.prior),
    )
    return f"""\
# Profile

A profile is a YAML or JSON file of at most a megabyte. Only `task` and `data.structure` are required; a field that is
left out is unknown, never a default. Keys are nested (`data: {{rows: 500}}`). Numbers accept `7043`, `1e6` and
`1_000_000`; shares are 0 to 1. *Changeable* fields are those that a team could change, so flips may name them.
`advisor schema profile` prints the JSON Schema.

## Fields

{field_table()}
## What the values mean

{meanings}
## Derived facts

Conditions of rules and models may use these beside the fields:

{facts}
## What is assumed of unknown fields

Stability, and the value of knowing a field, rest on how often projects that leave the field out have each of these
values. This is judgement, used for unknown fields only. *No limit* stands for a limit that the project does not have.

{priors}"""


def _prior(field: Field) -> str:
    total = sum(weight for _, weight in field.prior)
    return ", ".join(f"{_value(value)} ({weight / total:.0%})" for value, weight in field.prior)


def _value(value: Any) -> str:
    if value is None:
        return "no limit"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(value) or "none of them"
    return plain(value) if isinstance(value, (int, float)) else str(value)


# -- rules, models, policies ------------------------------------------------------------------------------


def keys(docs: Mapping[str, str], optional: Iterable[str] = ()) -> str:
    """Return a table of keys."""
    left_out = set(optional)
    return table(
        ["key", "required", "meaning"],
        ([code(key), "" if key in left_out else "yes", doc] for key, doc in docs.items()),
    )


def field_keys(fields: Iterable[Field], *, required: bool = True) -> str:
    """Return a table of keys that are fields; those that all are required need no column for it."""
    rows = [(field, [code(field.path), allowed_values(field), field.doc]) for field in fields]
    if not required:
        return table(["key", "value", "meaning"], (row for _, row in rows))
    return table(
        ["key", "required", "value", "meaning"],
        ([row[0], "yes" if field.required else "", *row[1:]] for field, row in rows),
    )


def rule_files_page() -> str:
    """Return the page of everything that a rule's file may hold."""
    limits = table(["limit", "set by"], ([code(limit), code(LIMIT_FIELDS[limit])] for limit in rule_parser.LIMITS))
    connectives = table(["part", "holds if"], ([code(word), doc] for word, doc in conditions.CONNECTIVES.items()))
    ordered = {*conditions.ORDERED, "between"}
    operators = table(
        ["operator", "for", "holds if the fact"],
        (
            [code(name), "numbers" if name in ordered else "every fact", doc]
            for name, doc in conditions.OPERATORS.items()
        ),
    )
    return f"""\
# Rule files

[Write your own rules](../how-to/rules.md) shows how to write one; this page lists what it may hold. `advisor schema
rule` and `advisor schema groups` print the JSON Schemas.

A rule is one YAML file (`.yaml` or `.yml`) in a folder for `--rules`, at any depth. Its keys stand in this order:

{keys(rule_parser.KEYS, rule_parser.OPTIONAL_KEYS)}
A rule has at most one of {", ".join(map(code, rule_parser.EFFECTS))}; a rule that has none of them has `suggests`.

## Conditions

A condition compares one fact, `{{fact: data.rows, below: 500}}`, or joins other conditions:

{connectives}
Facts are the [fields of the profile and the facts derived from them](profile.md), by their dotted name. Each comparison
has exactly one operator:

{operators}
A condition on an unknown fact is itself unknown, except for `known`. `all` is false as soon as one part is false, `any`
is true as soon as one part is true; otherwise an unknown part makes them unknown. A rule whose condition is unknown
gives no points and is reported as undecided.

## Points

`points` and each value of `graded` lie between -{rule_parser.MOST_POINTS} and {rule_parser.MOST_POINTS}.

Keys of `graded`, all required ({" or ".join(map(code, rule_parser.SCALES))} for `scale`):

{keys(rule_parser.GRADED_KEYS)}
## Hard limits

`excludes` is a list of approaches, or `{{{rule_parser.UNLESS}: LIMIT}}`, which excludes every approach without a model
in the catalogue that meets the limit:

{limits}
## Suggestions

{keys(rule_parser.SUGGESTION_KEYS, rule_parser.SUGGESTION_KEYS)}
Keys of a step of the plan (`topic` is one of {", ".join(map(code, rule_parser.TOPICS))}):

{keys(rule_parser.STEP_KEYS, rule_parser.STEP_OPTIONAL)}
## Evidence and tests

Each item of `evidence`:

{keys(rule_parser.EVIDENCE_KEYS)}
`tests`; each is a list of mappings from fields to values, such as `{{task: classification, data.rows: 900}}`:

{keys(rule_parser.TEST_KEYS)}
## Groups

`groups.yaml` (or `.yml`) in the same folder is a list of groups:

{keys(rule_parser.GROUP_KEYS, rule_parser.OPTIONAL_GROUP_KEYS)}
The groups that come with advisor, with their caps and their rules, are on the page of all [rules](rules.md).
"""


def model_files_page() -> str:
    """Return the page of everything that an entry of the catalogue's models may hold."""
    model_keys = table(
        ["key", "required", "value", "meaning"],
        (
            [code(name), "" if name in model_format.OPTIONAL else "yes", _model_value(name), doc]
            for name, doc in model_format.DOCS.items()
        ),
    )
    costs = "\n".join(f"### {kind}\n\n{field_keys(figures.values())}" for kind, figures in model_format.COSTS.items())
    return f"""\
# Model files

[Add your own models](../how-to/models.md) shows how to write an entry; this page lists what it may hold.
`advisor schema model` prints the JSON Schema.

A file under `catalogue/models/` in a folder for `--rules` is a list of models. The keys of each stand in this order:

{model_keys}
## needs

{field_keys(model_format.NEEDS.values(), required=False)}
## licence

{field_keys(model_format.LICENCE.values())}
## cost

`kind` is one of {", ".join(map(code, model_format.COSTS))}. Each kind has figures of its own:

{costs}
## The other files of the catalogue

A file of the same name in your folder adds entries to the bundled one, or replaces those of the same `id`.

{_catalogue_files()}"""


def _model_value(name: str) -> str:
    field = model_format.FIELDS[name]
    return allowed_values(field) if field is not None else "see below" if name in ("needs", "licence", "cost") else ""


def _catalogue_files() -> str:
    rows = []
    for path in sorted((ROOT / "rules" / "catalogue").glob("*.yaml")):
        lines = path.read_text("utf-8").splitlines()
        comment = " ".join(line.removeprefix("#").strip() for line in _leading_comment(lines))
        if comment:
            rows.append([code(f"catalogue/{path.name}"), comment.partition(". ")[0].rstrip(".")])
    return table(["file", "holds"], rows)


def _leading_comment(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith("#"):
            return
        yield line


def policy_page() -> str:
    """Return the page of gates and overrides."""
    gates = table(
        ["key", "option", "value", "holds if"],
        (
            [code(field.path), code("--" + field.path.replace("_", "-")), allowed_values(field), field.doc]
            for field in GATE_FIELDS
        ),
    )
    return f"""\
# Policies

`advisor check RESULT --policy policy.yaml` reads gates from a YAML or JSON file; [Use advisor in CI](../how-to/ci.md)
shows one. `advisor schema policy` prints the JSON Schema. `version: 1` may stand in it.

{gates}
A list of one may stand without brackets. `overrides` is a list of gates that may fail for the time being:

{field_keys(OVERRIDE_FIELDS)}
`until` is written as year-month-day and is the last day on which the override holds.
"""


# -- JSON -------------------------------------------------------------------------------------------------


def json_page() -> str:
    """Return the page of everything that `--format json` prints."""
    printed = [kind for kind, (_, _, what) in KINDS.items() if what.endswith("prints")]
    parts = [
        f"## {kind}\n\n{KINDS[kind][2][:1].upper()}{KINDS[kind][2][1:]}.\n\n"
        + table(["key", "value", "meaning"], _flat(schema_of(kind), ""))
        for kind in printed
    ]
    return f"""\
# JSON

Keys may be added, never renamed; the same input gives the same bytes. Numbers carry six significant digits.
`advisor schema KIND` prints the JSON Schema of each. `[]` marks the items of a list, `*` any key.

{chr(10).join(parts)}"""


def _flat(schema: Mapping[str, Any], path: str) -> Iterator[list[str]]:
    """Yield a row for every key of an object, nested ones after their parent."""
    for name, value in schema.get("properties", {}).items():
        place = f"{path}.{name}" if path else name
        yield [code(place), _kind(value), value.get("description", "")]
        yield from _inside(value, place)


def _inside(value: Mapping[str, Any], place: str) -> Iterator[list[str]]:
    yield from _flat(value, place)
    if isinstance(value.get("items"), Mapping):
        yield from _flat(value["items"], f"{place}[]")
        yield from _inside_any(value["items"], f"{place}[]")
    yield from _inside_any(value, place)


def _inside_any(value: Mapping[str, Any], place: str) -> Iterator[list[str]]:
    if isinstance(value.get("additionalProperties"), Mapping):
        yield from _flat(value["additionalProperties"], f"{place}.*")


def _kind(value: Mapping[str, Any]) -> str:
    if "const" in value:
        return _value(value["const"])
    if "enum" in value:
        return ", ".join("null" if item is None else str(item) for item in value["enum"])
    types = value.get("type", "anything")
    kind = " or ".join(types) if isinstance(types, list) else str(types)
    if "array" in kind and isinstance(value.get("items"), Mapping):
        kind = kind.replace("array", f"list of {_kind(value['items'])}")
    limits = [f"{words} {value[name]:g}" for name, words in (("minimum", "from"), ("maximum", "to")) if name in value]
    return " ".join([kind, *limits])


# -- commands ---------------------------------------------------------------------------------------------


def commands_page() -> str:
    """Return the page of all commands with their options, and the exit codes."""
    context = click.Context(cli, info_name="advisor")
    return "# Commands\n\n" + "\n".join(_commands(cli, context))


def _commands(command: click.Command, context: click.Context) -> Iterator[str]:
    yield _command(command, context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _commands(inner, click.Context(inner, info_name=name, parent=context))


def _command(command: click.Command, context: click.Context) -> str:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    options_only = [param for param in command.params if isinstance(param, click.Option)]
    records = [record for param in options_only if (record := param.get_help_record(context))]
    rows = [[", ".join(map(code, option.split(", "))), doc] for option, doc in records]
    options = table(["option", "meaning"], rows) if rows else ""
    texts = [_help(command.help or ""), _help(command.epilog or "")]
    return "\n".join(
        [
            f"## {context.command_path}\n",
            f"```text\n{usage}\n```\n",
            *filter(None, [*texts, _list(command, context)]),
            options,
        ]
    )


def _list(command: click.Command, context: click.Context) -> str:
    """Return what the commands of a group do."""
    if not isinstance(command, click.Group):
        return ""
    commands = {name: command.get_command(context, name) for name in command.list_commands(context)}
    rows = [[code(name), inner.get_short_help_str(limit=200)] for name, inner in commands.items() if inner is not None]
    return table(["command", "what it does"], rows)


def _help(text: str) -> str:
    """Return a help text as Markdown: paragraphs, and lists and tables that must not be wrapped as they stand."""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    shown = [
        f"```text\n{part.removeprefix(chr(8)).strip(chr(10))}\n```" if part.startswith("\b") else part
        for part in paragraphs
    ]
    return "\n\n".join(filter(None, shown)) + "\n" if text else ""


def _all_rules() -> str:
    library = load_rules()
    return rules_page(library.rules.values(), library.groups)


def glossary_page() -> str:
    """Return the page of the terms that answers use."""
    terms = "\n".join(f"## {term.name}\n\n{term.text}\n" for term in GLOSSARY)
    return f"# Glossary\n\nThe words of cards, reports and pages; each HTML page ends with the same list.\n\n{terms}"


PAGES: Mapping[str, Callable[[], str]] = {
    "glossary": glossary_page,
    "profile": profile_page,
    "commands": commands_page,
    "json": json_page,
    "rules": _all_rules,
    "rule-files": rule_files_page,
    "model-files": model_files_page,
    "policy": policy_page,
}


def text_of(name: str) -> str:
    """Return one page; that of the rules is what `advisor rules docs` prints."""
    made = PAGES[name]()
    return made if name == "rules" else MADE + "\n" + made


def path_of(name: str) -> Path:
    """Return where a page lies."""
    return ROOT / "docs" / "reference" / f"{name}.md"


# -- for language models ----------------------------------------------------------------------------------

LLMS = ROOT / "docs" / "llms.txt"


def llms_text() -> str:
    """Return the list of all pages for language models, see https://llmstxt.org: as the site's contents order them."""
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    lines = ["# advisor", "", *(f"> {line}" for line in index.split("\n\n")[1].splitlines())]
    for tree in re.findall(r"```\{toctree\}\n(.*?)```", index, re.DOTALL):
        caption = re.search(r":caption: (.+)", tree)
        lines += ["", f"## {caption[1] if caption else 'More'}", ""]
        lines += [_entry(name) for name in tree.split("\n\n", 1)[1].split()]
    return "\n".join(lines) + "\n"


def _entry(name: str) -> str:
    """Return the line of a page: its title, and what its sections are about."""
    page = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    prose = re.sub(r"^(```+).*?^\1$", "", page, flags=re.MULTILINE | re.DOTALL)
    title = re.findall(r"^# (.+)$", prose, re.MULTILINE)[0]
    sections = re.findall(r"^## (.+)$", prose, re.MULTILINE)
    return f"- [{title}]({name}.md)" + (f": {'; '.join(sections)}" if sections else "")


def main() -> None:
    """Write every page."""
    for name in PAGES:
        path_of(name).write_text(text_of(name), encoding="utf-8")
    LLMS.write_text(llms_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
