"""`advisor schema`: JSON Schemas for editors and validators."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from advisor.cli.choices import Choice
from advisor.cli.report import output_option
from advisor.cli.streams import write_report

DIALECT = "https://json-schema.org/draft/2020-12/schema"
EDITION = 1  # of the names; keys may be added within an edition

# kind -> (module, function, what it describes)
KINDS: Mapping[str, tuple[str, str, str]] = {
    "profile": ("profile.schema", "profile_schema", "what `advisor recommend` reads"),
    "policy": ("gate.policy_schema", "policy_schema", "what `advisor check --policy` reads"),
    "rule": ("engine.rule_schema", "rule_schema", "a rule, in a folder for `--rules`"),
    "groups": ("engine.rule_schema", "groups_schema", "groups.yaml in such a folder"),
    "model": ("advice.model_schema", "models_schema", "a file under catalogue/models/ in such a folder"),
    "result": ("render.schema", "result_schema", "what `advisor recommend --format json` prints"),
    "bad-line": ("render.schema", "bad_line_schema", "of a line that is no profile, what `recommend --jsonl` prints"),
    "baseline": ("render.schema", "baseline_schema", "what `advisor baseline --format json` prints"),
    "check": ("render.schema", "check_schema", "what `advisor check --format json` prints"),
    "sweep": ("render.schema", "sweep_schema", "what `advisor sweep --format json` prints"),
    "compare": ("render.schema", "difference_schema", "what `advisor compare --format json` prints"),
    "calibrate": ("render.schema", "calibration_schema", "what `advisor rules calibrate --format json` prints"),
}


def schema_of(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of one kind, with its dialect and its name."""
    module, function, _ = KINDS[kind]
    content = getattr(import_module(f"advisor.{module}"), function)()
    return {"$schema": DIALECT, "$id": f"urn:advisor:schema:{kind}:{EDITION}", **content}


def _help() -> str:
    width = max(map(len, KINDS))
    lines = [f"{kind:<{width}}  {what}" for kind, (_, _, what) in KINDS.items()]
    return "Print a JSON Schema (draft 2020-12).\n\n\b\n" + "\n".join(lines)


@click.command(short_help="Print the JSON Schema of a file that advisor reads or prints.", help=_help())
@click.argument("kind", type=Choice([*KINDS]), metavar="KIND")
@output_option
def schema(kind: str, output: str | None) -> None:
    """Print a JSON Schema; the help is made from `KINDS`."""
    import json

    write_report(json.dumps(schema_of(kind), indent=2, ensure_ascii=False) + "\n", output)
