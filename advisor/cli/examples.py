"""`advisor examples`: the bundled profiles."""

import click

from advisor.cli.report import output_option
from advisor.cli.streams import write_report


@click.command(short_help="List the bundled example profiles, or print one.")
@click.argument("name", required=False)
@output_option
def examples(name: str | None, output: str | None) -> None:
    """List the bundled profiles; with NAME, print one.

    \b
    Example:
      advisor examples telecom-churn --output profile.yaml
    """
    from advisor.engine.library import bundled_examples
    from advisor.source.problems import did_you_mean

    found = {path.stem: path for path in bundled_examples()}
    if name is None:
        width = max(len(stem) for stem in found)
        lines = [f"{stem:<{width}}  {_title(path.read_text('utf-8'))}" for stem, path in found.items()]
        write_report("\n".join(lines) + "\n", output)
        return
    if name not in found:
        near = did_you_mean(name, list(found)) or "`advisor examples` lists them"
        raise click.UsageError(f"no example '{name}'; {near}")
    write_report(found[name].read_text("utf-8"), output)


def _title(text: str) -> str:
    """Return the first comment line of an example."""
    return next((line[1:].strip() for line in text.splitlines() if line.startswith("# ")), "")
