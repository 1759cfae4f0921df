"""`advisor schema`: JSON Schemas for editors and validators."""

import click

from advisor.cli.streams import output_option, write_report


@click.command(short_help="Print the JSON Schema of the profile or of the result.")
@click.argument("kind", type=click.Choice(["profile", "result"]))
@output_option
def schema(kind: str, output: str | None) -> None:
    """Print the JSON Schema (draft 2020-12) of a profile or of a result of `advisor recommend`."""
    import json

    if kind == "profile":
        from advisor.profile.schema import profile_schema

        content = profile_schema()
    else:
        from advisor.render.schema import result_schema

        content = result_schema()
    write_report(json.dumps(content, indent=2, ensure_ascii=False) + "\n", output)
