"""`advisor mcp` as a coding agent meets it: by the official SDK's own client, over standard input and output."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from advisor.cli.agents.root import OutsideError, Root
from tests.conftest import ROOT

anyio = pytest.importorskip("anyio")
pytest.importorskip("mcp")

CHURN = {"task": "classification", "data": {"structure": "tabular", "rows": 7043, "labelled": 7043}}


@pytest.fixture
def folder(tmp_path):
    """A project with a table, a profile, and a link to a secret outside."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "profile.json").write_text(json.dumps(CHURN), "utf-8")
    rows = "\n".join(f"{i % 7},{i % 11},{'yes' if i % 7 > 3 else 'no'}" for i in range(80))
    (project / "table.csv").write_text(f"a,b,bought\n{rows}\n", "utf-8")
    (tmp_path / "secret.json").write_text(json.dumps(CHURN), "utf-8")
    (project / "out.json").symlink_to(tmp_path / "secret.json")
    (project / "pictures").mkdir()
    (project / "pictures" / "cats").symlink_to(tmp_path)
    return project


# -- paths, without a server ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../secret.json", "out.json", "/etc/passwd", "", ".."])
def test_what_lies_outside_is_neither_read_nor_written(folder, name):
    for way in (Root(folder).reading, Root(folder).writing):
        with pytest.raises(OutsideError, match="is outside the folder that may be used"):
            way(name)


def test_a_folder_with_a_link_out_of_it_is_refused_and_one_with_a_link_inside_is_not(folder):
    with pytest.raises(OutsideError, match="the link cats leads out of"):
        Root(folder).reading("pictures")
    (folder / "pictures" / "cats").unlink()
    (folder / "pictures" / "table").symlink_to(folder / "table.csv")
    assert Root(folder).reading("pictures") == "pictures"


def test_names_are_paths_below_the_folder_and_never_options(folder):
    (folder / "--output=x.csv").write_text("a\n", "utf-8")
    root = Root(folder)
    assert root.reading("--output=x.csv") == f".{os.sep}--output=x.csv"
    assert root.reading(str(folder / "table.csv")) == root.reading("./pictures/../table.csv") == "table.csv"
    assert root.writing("result.json") == "result.json"


@pytest.mark.parametrize(
    ("name", "words"),
    [("table.csv", "ends in .json"), ("nowhere/x.json", "no such folder"), ("\0.json", "is no path")],
)
def test_only_a_result_is_written_and_only_where_there_is_a_folder(folder, name, words):
    with pytest.raises(OutsideError, match=words):
        Root(folder).writing(name)


def test_a_root_that_is_none_is_told(advisor_run, folder):
    assert advisor_run("mcp", "--root", str(folder / "table.csv")) == (
        2,
        "",
        f"Error: --root {folder}/table.csv is not a folder\n",
    )


@pytest.fixture
def advisor_run(capsys):
    from advisor.cli.main import run

    def advisor_run(*arguments):
        return (run(arguments), *capsys.readouterr())

    return advisor_run


def test_without_the_extra_the_command_says_what_to_install(advisor_run, monkeypatch):
    from importlib import util

    found = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name, *rest: None if name == "mcp" else found(name, *rest))
    code, out, err = advisor_run("mcp")
    assert (code, out) == (2, "")
    assert (
        'advisor mcp needs packages that are not installed (mcp); in a checkout of advisor: pip install ".[mcp]"' in err
    )


# -- the tools, through the client ------------------------------------------------------------------------


def talk(folder, environment, conversation):
    """Have a conversation with a server whose root is the folder."""
    from mcp import Client
    from mcp.client.stdio import StdioServerParameters

    command = ["-m", "advisor", "mcp", "--root", str(folder)]
    server = StdioServerParameters(command=sys.executable, args=command, env=environment, cwd=folder.parent)

    async def main():
        with anyio.fail_after(120):
            async with Client(server) as client:
                await conversation(client)

    anyio.run(main)


def test_tools_return_what_the_commands_print_and_their_problems(folder, environment, advisor):
    def printed(*arguments, stdin=""):
        return json.loads(advisor(*arguments, "--format", "json", cwd=folder, stdin=stdin).stdout)

    async def conversation(client):
        async def ask(tool, **arguments):
            found = await client.call_tool(tool, arguments)
            return found.content[0].text if found.is_error else found.structured_content

        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert sorted(tools) == ["baseline", "check", "compare", "explain_rule", "recommend", "schema", "sweep"]
        assert [name for name, tool in tools.items() if not tool.annotations.read_only_hint] == ["baseline"]

        answer = await ask("recommend", profile="profile.json")
        assert answer == printed("recommend", "profile.json")
        given = await ask("recommend", profile=CHURN, changes={"data.rows": None}, sensitivity=False)
        assert given == printed(
            "recommend", "-", "--set", "data.rows=null", "--no-sensitivity", stdin=json.dumps(CHURN, indent=1)
        )
        gates = await ask("check", result=answer, expect=["deep", "hybrid"], min_probability=0.1)
        assert [gate["status"] for gate in gates["results"][0]["gates"]] == ["failed", "ok"]
        (folder / "policy.yaml").write_text("same_as: ../secret.json\n", "utf-8")
        assert "'../secret.json' is outside" in await ask("check", result=answer, policy="policy.yaml")
        moved = await ask("compare", first="profile.json", second=given)
        assert moved["before"]["approach"] == "classical"
        assert (await ask("explain_rule", rule=answer["reasons"][0]["rule"]))["result"].startswith("# ")

        assert "<stdin>:2:10: error: task: 'clasification' is not one of" in await ask(
            "recommend", profile={"task": "clasification", "data": {"structure": "tabular", "rowz": 3}}
        )
        assert "is outside the folder that may be used" in await ask("recommend", profile="out.json")
        for option in ({"model": "planted:Model"}, {"save": "winner"}, {"pretrained": "weights"}):
            assert "Extra inputs are not permitted" in await ask("baseline", data="table.csv", options=option)
        assert "'2weeks' is not a time between" in await ask("baseline", data="table.csv", options={"budget": "2weeks"})

    talk(folder, environment, conversation)


def test_a_measurement_reports_progress_writes_what_is_named_and_imports_nothing_from_the_folder(folder, environment):
    (folder / "numpy.py").write_text("raise SystemExit('planted')\n", "utf-8")

    async def conversation(client):
        stages = []

        async def progress(seconds, total, stage):
            stages.append((seconds, stage))

        options = {"only": "linear,mlp", "budget": "6s", "repeats": 1, "folds": 2}
        asked = {"data": "table.csv", "target": "bought", "options": options}
        found = await client.call_tool(
            "baseline", {**asked, "output": "result.json", "keys": ["pays"]}, progress_callback=progress
        )
        assert list(found.structured_content) == ["pays"], found.content
        assert json.loads((folder / "result.json").read_text("utf-8"))["pays"] == found.structured_content["pays"]
        assert stages == sorted(stages, key=lambda row: row[0])
        assert any(stage.startswith("reading") for _, stage in stages)
        assert sorted(path.name for path in folder.iterdir()) == [
            "numpy.py",
            "out.json",
            "pictures",
            "profile.json",
            "result.json",
            "table.csv",
        ]

        began = anyio.Event()

        async def begun(*_):
            began.set()

        async with anyio.create_task_group() as tasks:
            long = {**asked, "options": {"budget": "100s"}}
            tasks.start_soon(lambda: client.call_tool("baseline", long, progress_callback=begun))
            await began.wait()
            assert measuring(folder)
            tasks.cancel_scope.cancel()
        with anyio.fail_after(15):
            while measuring(folder):
                await anyio.sleep(0.1)

    talk(folder, environment, conversation)


def measuring(folder):
    """Return the processes of measurements that run in the folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == folder and b"baseline" in (process / "cmdline").read_bytes():
                found.append(process.name)
        except OSError:
            continue
    return found


def test_nothing_but_the_protocol_is_written_and_the_end_of_the_input_ends_the_server(folder, environment):
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }
    done = subprocess.run(
        [sys.executable, "-m", "advisor", "mcp", "--root", str(folder)],
        input=json.dumps(hello) + "\nnot a message\n",
        capture_output=True,
        text=True,
        env=environment,
        cwd=folder,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in done.stdout.splitlines())
    assert json.loads(done.stdout.splitlines()[0])["result"]["serverInfo"]["name"] == "advisor"


def test_no_other_command_loads_the_protocol(environment):
    code = (
        "import sys; from advisor.cli.main import run; run(['examples']); "
        "print(sorted({'mcp', 'anyio', 'pydantic', 'starlette'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True, cwd=ROOT
    )
    assert done.stderr == "[]\n"
