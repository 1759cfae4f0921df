"""Measure start-up, rule-set growth and scoring as ratios: `python tests/benchmarks/speed.py`.

CPU seconds (user and system) of whole processes with their bytecode cached; the median of several runs, what a command
is compared with in turn with it, so that a slow machine slows both. Start-up is compared with the import of the two
libraries that every command needs.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 15
PROFILE = ROOT / "examples" / "telecom-churn.yaml"
LIBRARIES = ["-c", "import click, yaml"]


def cpu_seconds(arguments: list[str], environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment, cwd=ROOT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def ratio(arguments: list[str], other: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Return the CPU seconds of a command, and its ratio to another that runs in turn with it."""
    for command in (arguments, other):
        cpu_seconds(command, environment)  # fills the caches
    pairs = [(cpu_seconds(arguments, environment), cpu_seconds(other, environment)) for _ in range(RUNS)]
    own = statistics.median(pair[0] for pair in pairs)
    return own, own / statistics.median(pair[1] for pair in pairs)


def many_rules(folder: Path, count: int) -> None:
    """Write rules that all can fire, so that the larger set is not skipped by structure."""
    for index in range(count):
        body = {
            "id": f"made-{index:04d}",
            "title": f"Made rule {index}",
            "criterion": "success",
            "group": "signal",
            "when": {"fact": "data.features", "above": index},
            "points": {"classical": 0.01},
            "because": "It measures speed.",
            "exceptions": "None.",
            "evidence": [{"source": "judgement", "claim": "None."}],
            "tests": {"fires": [{"data.features": index + 1}], "silent": [{"data.features": 0}]},
        }
        (folder / f"made-{index:04d}.yaml").write_text(json.dumps(body))


def scorings_per_second() -> float:
    sys.path.insert(0, str(ROOT))
    from advisor import load_knowledge, read_profile
    from advisor.engine.scoring import score
    from advisor.profile.facts import derive_facts

    knowledge = load_knowledge()
    values = read_profile(PROFILE.read_bytes(), PROFILE.name).values
    facts = derive_facts(values)
    score(knowledge.book, facts)
    count, start = 2000, time.process_time()
    for _ in range(count):
        score(knowledge.book, facts)
    return count / (time.process_time() - start)


def expectations_per_second() -> tuple[float, float]:
    """Return how many examples a second get their probabilities: each for the first time, and once more."""
    from advisor import load_knowledge, read_profile
    from advisor.advice.knowledge import question

    knowledge = load_knowledge()
    profiles = [read_profile(path.read_bytes(), path.name) for path in sorted(PROFILE.parent.glob("*.yaml"))]
    asked = [question(profile, knowledge) for profile in profiles]
    rates = []
    for _ in range(2):
        start = time.process_time()
        for one, profile in zip(asked, profiles, strict=True):
            one.score(profile.values)
        rates.append(len(profiles) / (time.process_time() - start))
    return rates[0], rates[1]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
            "ADVISOR_CACHE_DIR": folder,
            "PYTHONPATH": str(ROOT),
            "PYTHONPYCACHEPREFIX": f"{folder}/bytecode",
        }
        start = "from advisor.cli.main import main; main()"  # what the console script does
        command = ["-c", start, "recommend", str(PROFILE)]
        rows = [
            ("advisor --version", ["-c", start, "--version"], 1.5),
            ("recommend, JSON", [*command, "--format", "json"], 2.5),
            ("recommend, text", command, 3.0),
        ]
        for name, arguments, target in rows:
            seconds, least = ratio(arguments, LIBRARIES, environment)
            print(f"{name:<24}{seconds * 1000:8.0f} ms  {least:5.2f} x import click, yaml   target {target:g}")
        small, large = Path(folder) / "small", Path(folder) / "large"
        small.mkdir()
        large.mkdir()
        many_rules(small, 1)
        many_rules(large, 900)
        with_few = [*command, "--format", "json", "--rules", str(small)]
        many, growth = ratio([*command, "--format", "json", "--rules", str(large)], with_few, environment)
        print(f"{'900 rules more':<24}{many * 1000:8.0f} ms  {growth:5.2f} x without              target 2")
    print(f"{'scorings a second':<24}{scorings_per_second():8.0f}                                 target 5000")
    first, again = expectations_per_second()
    print(f"{'probabilities a second':<24}{first:8.0f} at first, {again:.0f} where much is remembered")


if __name__ == "__main__":
    main()
