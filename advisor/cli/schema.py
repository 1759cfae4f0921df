"""`advisor schema`: JSON Schemas for editors and validators."""

import click

from advisor.cli.report import output_option
from advisor.cli.streams import write_report


@click.command(short_help="Print the JSON Schema of the profile or of a result.")
@click.argument("kind", type=click.Choice(["profile", "result", "baseline", "check", "sweep", "compare", "calibrate"]))
@output_option
def schema(kind: str, output: str | None) -> None:
    """Print a JSON Schema (draft 2020-12).

    \b
    profile   what `advisor recommend` reads
    result    what `advisor recommend --format json` prints
    baseline  what `advisor baseline --format json` prints
    check     what `advisor check --format json` prints
    sweep     what `advisor sweep --format json` prints
    compare   what `advisor compare --format json` prints
    calibrate what `advisor rules calibrate --format json` prints
    """
    import json

    if kind == "profile":
        from advisor.profile.schema import profile_schema

        content = profile_schema()
    else:
        from advisor.render import schema as schemas

        content = {
            "result": schemas.result_schema,
            "baseline": schemas.baseline_schema,
            "check": schemas.check_schema,
            "sweep": schemas.sweep_schema,
            "compare": schemas.difference_schema,
            "calibrate": schemas.calibration_schema,
        }[kind]()
    write_report(json.dumps(content, indent=2, ensure_ascii=False) + "\n", output)
