"""`advisor mcp`: the commands as tools for coding agents."""

import click

from advisor.cli.streams import require_packages, rules_option


@click.command(short_help="Offer the commands to coding agents as tools, over standard input and output.")
@click.option(
    "--root",
    default=".",
    show_default=True,
    metavar="DIR",
    help="The folder that files may be named in; links that lead out of it are refused.",
)
@rules_option
def mcp(root: str, rule_folders: tuple[str, ...]) -> int:
    """Serve the Model Context Protocol on standard input and output, until the input ends.

    The tools recommend, baseline, check, sweep, compare, explain_rule and schema return what the commands print as
    JSON. They read files below --root only, write none but a result that the caller names, and run none of its code.

    \b
    For Claude Code, Cursor and others, as the command of a server:
      advisor mcp --root path/to/project
    """
    require_packages("advisor mcp", ("mcp",), "mcp")
    import os

    import anyio

    from advisor.cli.agents.root import OutsideError, Root
    from advisor.cli.agents.server import build_server

    try:
        server = build_server(Root(root), [os.path.realpath(folder) for folder in rule_folders])
    except OutsideError as error:
        raise click.ClickException(f"--root {error}") from None
    anyio.run(server.run_stdio_async)
    return 0
