"""The tools of `advisor mcp`: each is a command of the program, whose JSON it returns."""

import json
from collections.abc import Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any, Literal

import anyio
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from advisor.cli.agents.command import CommandError, Printed, run_command
from advisor.cli.agents.root import OutsideError, Root
from advisor.cli.schema import KINDS
from advisor.cli.streams import MOST_BYTES, write_whole
from advisor.source.problems import InputError
from advisor.version import __version__

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

INSTRUCTIONS = """\
Answers which kind of model a project needs (no learning, classical, hybrid, a pretrained network, one of its own)
by sourced rules (recommend), and measures on the user's own data whether a network pays (baseline). Cite the sources in
`reasons[].sources`, state `probability` and `confidence`, and say when an answer rests on rules and was not measured.
A missing field of a profile is unknown: leave it out rather than guess; `missing` names the fields worth asking for.
`schema` with kind "profile" lists the fields. Paths are below the folder that the user gave the server."""

Profile = Annotated[
    dict[str, Any] | str,
    Field(description='A profile as an object, {"task": ..., "data": {"structure": ...}}, or the path of a YAML file.'),
]
Result = Annotated[
    dict[str, Any] | str, Field(description="What `recommend` or `baseline` returned, or the path of a file with it.")
]
Either = Annotated[dict[str, Any] | str, Field(description="A profile or a result, as an object or as a path.")]
Changes = Annotated[
    dict[str, Any] | None,
    Field(description='Fields to set for this call, {"data.rows": 5000}; null makes a field unknown.'),
]
Keys = Annotated[list[str] | None, Field(description="Return only these top-level keys of the result, to save room.")]
Kind = Annotated[str, Field(description="What it is the schema of.", json_schema_extra={"enum": [*KINDS]})]
Words = list[str] | None


class Asked(TypedDict, total=False):
    """Options of `advisor baseline` that name no file and run no code."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc] # it is no key

    budget: Annotated[str, Field(description="Time for everything: 90s, 2m (if left out), 1h.")]
    time: Annotated[str, Field(description="Column of the time: train on earlier rows, test on later ones.")]
    horizon: Annotated[str, Field(description="Forecast so many steps of the target in the order of `time`, or auto.")]
    series: Annotated[str, Field(description="Column that tells the series of a forecast apart.")]
    group: Annotated[str, Field(description="Column of groups that no split may take apart.")]
    text: Annotated[list[str], Field(description="Columns of running text.")]
    structure: Annotated[str, Field(description="tabular, text, time-series, image, audio or forecast.")]
    task: Annotated[str, Field(description="classification, binary, multiclass or regression.")]
    metric: Annotated[str, Field(description="The metric that decides: roc_auc, log_loss, rmse and others.")]
    positive: Annotated[str, Field(description="The positive class of two.")]
    weights: Annotated[str, Field(description="Column of row weights.")]
    exclude: Annotated[list[str], Field(description="Columns to leave out.")]
    keep: Annotated[list[str], Field(description="Columns that no check may leave out.")]
    only: Annotated[str, Field(description="Only these models, separated by commas.")]
    curve: Annotated[bool, Field(description="Whether more data would change the answer.")]
    prior: Annotated[Literal["published", "none"], Field(description="Whether published results count.")]
    folds: int
    repeats: Literal[1, 2, 5]
    seed: int
    jobs: Annotated[int, Field(description="Fits at a time.")]
    memory: Annotated[str, Field(description="Memory for everything, such as 4GB.")]


READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
WRITES = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def build_server(root: Root, rules: Sequence[str] = ()) -> MCPServer[Any]:
    """Return a server with all tools.

    Parameters
    ----------
    root : Root
        Where files are read and, where a caller names one, written.
    rules : sequence of str
        Folders of rules of the user's own.
    """
    server: MCPServer[Any] = MCPServer(
        "advisor", title="Model selection advisor", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING"
    )
    tools = Tools(root, rules)
    for tool in (tools.recommend, tools.sweep, tools.compare, tools.check, tools.explain_rule, tools.schema):
        server.add_tool(tool, annotations=READS)
    server.add_tool(tools.baseline, annotations=WRITES)
    return server


class Tools:
    """The tools; what they say of themselves is what a model reads."""

    def __init__(self, root: Root, rules: Sequence[str]) -> None:
        self._root = root
        self._rules = [f"--rules={folder}" for folder in rules]
        self._measuring = anyio.Lock()

    async def recommend(
        self, profile: Profile, changes: Changes = None, sensitivity: bool = True, keys: Keys = None
    ) -> dict[str, Any]:
        """Recommend a kind of model for a project: verdict, probability, reasons with sources, models, plan, warnings.

        Without `sensitivity`, what would change the answer (`flips`) and what is worth knowing (`missing`) stay empty.
        """
        quick = [] if sensitivity else ["--no-sensitivity"]
        return _chosen(await self._about(profile, "recommend", [*_set(changes), *quick, *self._rules]), keys)

    async def sweep(
        self,
        profile: Profile,
        field: Annotated[
            str, Field(description="data.labelled, data.labelled=100..1e6 or latency.p95_ms=1,10: a field, its values.")
        ],
        changes: Changes = None,
    ) -> dict[str, Any]:
        """Show how the answer to a profile changes along one field, and where it flips."""
        return await self._about(profile, "sweep", [*_set(changes), *self._rules], [field])

    async def compare(self, first: Either, second: Either) -> dict[str, Any]:
        """Explain, rule by rule and field by field, why two answers differ."""
        async with self._files(first, second) as names:
            return _json(await self._run(["compare", "--format=json", *self._rules, "--", *names]))

    async def check(
        self,
        result: Result,
        expect: Words = None,
        min_probability: float | None = None,
        min_confidence: Literal["low", "medium", "high"] | None = None,
        require: Words = None,
        forbid_check: Words = None,
        policy: Annotated[str | None, Field(description="Path of a YAML file with gates and overrides.")] = None,
    ) -> dict[str, Any]:
        """Check a result against gates; every gate is judged, and a gate that fails is part of the answer.

        `expect`: approaches, verdicts, pays:yes, pays:no or pays:open, one of which must be the answer; `require`:
        confirmed or one of the pays; `forbid_check`: checks of the data, such as leakage, that must not be raised.
        """
        options = _options({"min_probability": min_probability, "min_confidence": min_confidence})
        options += [f"--expect={','.join(expect)}"] if expect else []
        for flag, words in (("require", require), ("forbid-check", forbid_check)):
            options += [f"--{flag}={word}" for word in words or ()]
        options += [f"--policy={self._policy(policy)}"] if policy else []
        return await self._about(result, "check", options)

    async def explain_rule(
        self, rule: Annotated[str, Field(description="The id, as in `reasons[].rule` or `excluded_by`.")]
    ) -> str:
        """Explain one rule: when it fires, its points, why, when it is wrong, and its sources."""
        return (await self._run(["rules", "show", *self._rules, "--", rule])).output

    async def schema(self, kind: Kind = "profile") -> dict[str, Any]:
        """Return the JSON Schema of something that is read or returned; "profile" lists all fields of a profile."""
        return _json(await self._run(["schema", "--", kind]))

    async def baseline(
        self,
        data: Annotated[str, Field(description="A table, or a folder with a subfolder of pictures for each class.")],
        context: Context[Any, Any],
        target: Annotated[str | None, Field(description="The column to predict; guessed where that is safe.")] = None,
        options: Asked | None = None,
        profile: Annotated[
            dict[str, Any] | str | None, Field(description="Says whether the measurement confirms its answer.")
        ] = None,
        output: Annotated[str | None, Field(description="Also write the result to this .json file.")] = None,
        keys: Keys = None,
    ) -> dict[str, Any]:
        """Measure classical models and networks on data and say whether a network pays there; takes up to the budget.

        Reports progress; one measurement runs at a time, and cancelling the call ends it. `pays` is the answer,
        `checks` what is wrong with the data, `models` all figures. Only `output` is written.
        """
        where = self._reading(data)
        asked = _options({"target": target, **(options or {})})
        target_file = None if output is None else self._writing(output)
        if target_file is not None and target_file in (where, profile):
            raise ToolError(f"cannot write {output}: this call reads it; name another file")
        began = monotonic()

        async def progress(line: str) -> None:
            await context.report_progress(round(monotonic() - began, 1), None, line)

        async with self._measuring, self._files(*([] if profile is None else [profile])) as names:
            asked += [f"--profile={name}" for name in names]
            found = await self._run(["baseline", "--format=json", *asked, "--", where], progress=progress)
        result = _json(found)
        if target_file is not None:
            self._write(target_file, found.output)
        return _chosen(result, keys)

    async def _about(
        self, subject: dict[str, Any] | str, command: str, options: Sequence[str], more: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Return what a command prints about one profile or result."""
        name, content = ("-", _text(subject)) if isinstance(subject, dict) else (self._reading(subject), "")
        return _json(await self._run([command, "--format=json", *options, "--", name, *more], content))

    @asynccontextmanager
    async def _files(self, *subjects: dict[str, Any] | str) -> "AsyncIterator[list[str]]":
        """Give the paths of profiles or results, those that are objects in files for as long."""
        with TemporaryDirectory(prefix="advisor-") as folder:
            names = []
            for place, subject in enumerate(subjects, 1):
                if isinstance(subject, dict):
                    name = f"{folder}/{place}.json"
                    await anyio.Path(name).write_text(_text(subject), encoding="utf-8")
                else:
                    name = self._reading(subject)
                names.append(name)
            yield names

    async def _run(self, arguments: Sequence[str], content: str = "", progress: Any = None) -> Printed:
        try:
            return await run_command(arguments, str(self._root.folder), content, progress)
        except CommandError as error:
            raise ToolError(str(error)) from None

    def _policy(self, name: str) -> str:
        """Return the path of a policy that names no file outside either."""
        from advisor.gate.policy import read_policy

        path = self._reading(name)
        with suppress(InputError):  # the command says what is wrong with it
            earlier = read_policy(_start(self._root.folder / path), name).gates.same_as
            if earlier is not None:
                self._reading(str(Path(path).parent / earlier))
        return path

    def _write(self, name: str, text: str) -> None:
        try:
            write_whole(self._root.folder / name, text.encode())
        except OSError as error:
            raise ToolError(f"cannot write {name}: {error.strerror or error}") from None

    def _reading(self, name: str) -> str:
        try:
            return self._root.reading(name)
        except OutsideError as error:
            raise ToolError(str(error)) from None

    def _writing(self, name: str) -> str:
        try:
            return self._root.writing(name)
        except OutsideError as error:
            raise ToolError(str(error)) from None


def _options(values: Mapping[str, Any]) -> list[str]:
    """Return options as the command line takes them; what is null or false is left out."""
    found = []
    for name, value in values.items():
        flag = f"--{name.replace('_', '-')}"
        for item in value if isinstance(value, list) else [value]:
            if item is True:
                found.append(flag)
            elif item is not None and item is not False:
                found.append(f"{flag}={item}")
    return found


def _start(path: Path) -> bytes:
    """Return as much of a file as a profile or a policy may have."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        raise ToolError(f"cannot read {path.name}: {error.strerror or error}") from None


def _set(changes: Mapping[str, Any] | None) -> list[str]:
    return [f"--set={field}={json.dumps(value, ensure_ascii=False)}" for field, value in (changes or {}).items()]


def _chosen(result: dict[str, Any], keys: Sequence[str] | None) -> dict[str, Any]:
    unknown = [name for name in keys or () if name not in result]
    if unknown:
        raise ToolError(f"a result has no key {unknown[0]!r}; keys: {', '.join(result)}")
    return {name: result[name] for name in keys} if keys else result


def _json(printed: Printed) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(printed.output)
    return found


def _text(subject: Mapping[str, Any]) -> str:
    return json.dumps(subject, indent=1, ensure_ascii=False)  # a value a line, so that problems have a place
