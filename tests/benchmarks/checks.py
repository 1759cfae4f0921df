"""Measure what the checks find, miss and raise without cause: `python tests/benchmarks/checks.py FOLDER [SET ...]`.

FOLDER holds data files and a datasets.yaml that names each one's target. LISTED says which traps are known in the
sets of that list; a check on another column counts as an extra, although it may be right. Notes on leakage acquit a
column, so they count as nothing. The sets that scikit-learn bundles are checked as well: nothing leaks in them.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

COUNTED = (
    *("leakage", "id-column", "constant-column", "duplicate-column", "duplicate-rows", "group-column", "time-order"),
    "text-column",
)
WHOLE = {None}
LISTED: dict[str, dict[str, set[str | None]]] = {
    "titanic_seaborn": {
        "leakage": {"alive"},
        "duplicate-column": {"class", "embark_town"},
        "duplicate-rows": WHOLE,
    },
    "titanic3_preamble": {"leakage": {"boat", "body"}, "group-column": {"ticket"}, "text-column": {"name"}},
    "penguins_raw": {
        "constant-column": {"Region", "Stage"},
        "id-column": {"Sample Number"},
        "group-column": {"Individual ID"},
    },
    "diamonds": {"duplicate-rows": WHOLE},
    "telco_churn": {"id-column": {"customerID"}},
    "adult_income": {"duplicate-column": {"4"}, "duplicate-rows": WHOLE},
    "white_wine_quality": {"duplicate-rows": WHOLE},
    "auto_mpg": {"time-order": {"model_year"}, "text-column": {"name"}},
    "bike_sharing_kaggle": {"leakage": {"casual", "registered"}, "time-order": {"datetime"}},
    "mammography": {"duplicate-rows": WHOLE},
    "horse_colic": {"leakage": {"24", "25", "26"}, "id-column": {"2"}},
    "mushroom": {"constant-column": {"veil_type"}},
    "letter": {"duplicate-rows": WHOLE},
    "spambase": {"duplicate-rows": WHOLE},
    "concrete": {"duplicate-rows": WHOLE, "group-column": WHOLE},
    "bank_additional_semicolon": {"leakage": {"duration"}},
    "student_math": {"leakage": {"G1", "G2"}},
    "sleep_stages": {"duplicate-rows": WHOLE},
    "soybean": {"duplicate-rows": WHOLE},
    "delaney_solubility": {
        "leakage": {"ESOL predicted log solubility in mols per litre"},
        "id-column": {"Compound ID"},
        "text-column": {"smiles"},
    },
    "chipotle_orders": {"group-column": {"order_id"}, "duplicate-rows": WHOLE, "text-column": {"choice_description"}},
    "police_killings_latin1": {
        "id-column": {"name", "geo_id"},
        "text-column": {"streetaddress"},
        "constant-column": {"year"},
    },
    "ds_salaries_bom": {"leakage": {"salary"}, "duplicate-rows": WHOLE},
    "ufo_sightings": {"time-order": {"Time"}, "duplicate-rows": WHOLE},
    "imdb_1000": {"text-column": {"title", "actors_list"}},
    "marketing_campaign": {"constant-column": {"Z_CostContact", "Z_Revenue"}, "id-column": {"ID"}},
    "seoul_population_cp949": {"leakage": {"동"}},
    "flying_etiquette": {"id-column": {"RespondentID"}},
    "sms_spam": {"duplicate-rows": WHOLE, "text-column": {"1"}},
    "sst2_6920": {"duplicate-rows": WHOLE, "text-column": {"0"}},
    "ag_news_7600": {"text-column": {"1", "2"}},
    "airline_passengers": {"time-order": {"Month"}},
    "daily_min_temperatures": {"time-order": {"Date"}},
    "beijing_pm25": {"id-column": {"No"}, "time-order": {"No"}},
    "etth1": {"time-order": {"date"}},
    "optdigits_pixels": {"constant-column": {"input1", "input40"}},
    "sklearn digits": {"constant-column": {"pixel_0_0", "pixel_4_0", "pixel_4_7"}},
    "sklearn iris": {"duplicate-rows": WHOLE},
}


def files(folder: Path) -> Iterator[tuple[str, Any, str]]:
    """Yield name, table and target of each file that is a table."""
    import yaml

    from advisor.baselines.tabular.reading import ReadOptions, read_table

    for entry in yaml.safe_load((folder / "datasets.yaml").read_text()):
        path = folder / entry["file"].split("converted: ")[-1]
        if path.is_file():
            target = "label" if entry["task"] == "ts-classification" else entry["target"]
            yield entry["name"], lambda path=path: read_table(path, ReadOptions()), target


def bundled() -> Iterator[tuple[str, Any, str]]:
    """Yield name, table and target of the sets that scikit-learn bundles."""
    from sklearn import datasets

    from advisor.baselines.tabular.table import Column, Table

    for name in ("iris", "breast_cancer", "wine", "diabetes", "digits"):
        frame = getattr(datasets, f"load_{name}")(as_frame=True).frame.astype(float)
        columns = tuple(Column(column, "numeric", "", 0.0, int(frame[column].nunique())) for column in frame)
        table = Table(frame, columns, (), name, "", len(frame), False)
        yield f"sklearn {name}", lambda table=table: table, "target"


def main(folder: Path, wanted: list[str]) -> None:
    from advisor.baselines.errors import DataError
    from advisor.baselines.roles import Roles
    from advisor.baselines.tabular.checks.checks import check_table
    from advisor.baselines.tabular.preparation import prepare
    from advisor.baselines.tabular.task import decide_task

    listed, found, extra = Counter(), Counter(), Counter()
    misses, extras = [], []
    severities: Counter[str] = Counter()
    for name, load, target in (*files(folder), *bundled()):
        if wanted and name not in wanted:
            continue
        table = load()
        started = time.process_time()
        try:
            task = decide_task(table, target)
            roles = Roles(target)
            findings = check_table(table, task, roles)
            prepare(table, task, roles, findings.left_out)
        except DataError as error:
            print(f"{name}: {error}")
            continue
        seconds = time.process_time() - started
        print(f"\n{name}: {len(table.frame):,} x {len(table.columns)}, {task.kind}, {seconds:.2f} CPU s")
        for check in findings.checks:
            severities[check.severity] += 1
            print(f"  {check.severity:8}{check.id:18}{check.message}")
        for check_id in COUNTED:
            expected = LISTED.get(name, {}).get(check_id, set())
            raised = {
                check.column
                for check in findings.checks
                if check.id == check_id and not (check_id == "leakage" and check.severity == "note")
            }
            listed[check_id] += len(expected)
            found[check_id] += len(expected & raised)
            extra[check_id] += len(raised - expected)
            misses += [f"{name}: {check_id} {column or ''}" for column in expected - raised]
            extras += [f"{name}: {check_id} {column or ''}" for column in raised - expected]
    print(f"\n{'check':18}{'listed':>8}{'found':>8}{'extra':>8}{'recall':>8}{'precision':>11}")
    for check_id in COUNTED:
        raised = found[check_id] + extra[check_id]
        recall = found[check_id] / listed[check_id] if listed[check_id] else 1
        precision = found[check_id] / raised if raised else 1
        print(f"{check_id:18}{listed[check_id]:8}{found[check_id]:8}{extra[check_id]:8}{recall:8.2f}{precision:11.2f}")
    print("\nmissed: " + "; ".join(sorted(misses)))
    print("extra: " + "; ".join(sorted(extras)))
    print(f"severities: {dict(severities)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
