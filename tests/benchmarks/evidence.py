"""Convert the published results for `advisor rules calibrate`: `python tests/benchmarks/evidence.py FOLDER`.

The folder holds the files that the README of the evidence describes. What is printed is a table in CSV, which

    python tests/benchmarks/evidence.py FOLDER > evidence.csv
    advisor rules calibrate evidence.csv --anew --overlay overlay

fits anew: the level of the curves in rules/catalogue/gains.yaml that rest on ten data sets or more. Their growth with
size is no part of such a table;
`python tests/benchmarks/evidence.py FOLDER growth` prints it from learning curves within one data set.
"""

import csv
import io
import math
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT)]

COLUMNS = ("task", "data.structure", "data.rows", "data.labelled", "data.features", "data.classes",
           "data.categorical_share", "better", "against", "margin", "benchmark", "dataset", "weight")  # fmt: skip
# Near-copies and the same data under several names: one vote together.
FAMILIES = (
    ("forex", "^forex"),
    ("mfeat", "^mfeat"),
    ("contaminant", "^contaminant"),
    ("wave-energy", "large-scale_wave"),
    ("plants", "^one-hundred-plants"),
    ("wine-quality", "^wine.quality"),
    ("ada", "^ada(_|$)"),
    ("gametes", "^gametes"),
    ("adult", "^adult"),
    ("bank", "^bank(-marketing)?$"),
    ("covtype", "covtype|covertype"),
    ("german-credit", "^credit-g$|statlog"),
    ("taiwanese-bankruptcy", "bankruptcy"),
    ("magic", "^magic"),
    ("chess", "^kropt$|kr-vs-k|^chess"),
    ("contraceptive", "^cmc$|contraceptive"),
    ("pol", "^pole?$"),
    ("superconductivity", "^superconduct"),
    ("3d-estimation", "^3d_estimation"),
    ("bias-correction", "^bias_correction"),
    ("house-16h", "^house_16h"),
)
CORRUPT = "banknoteauthentication"
SERIES = {
    "deep": ("H-InceptionTime", "InceptionTime", "LITETime"),
    "classical": ("MiniROCKET", "MR-Hydra", "QUANT"),
}
TEXT_CLASSES = {
    "SentEval-CR": 2, "ag_news": 4, "amazon_counterfactual_en": 2, "emotion": 6, "enron_spam": 2, "sst5": 5,
}  # fmt: skip
# classes and training examples of the tasks of VTAB
IMAGES = {
    "CIFAR-100": (100, 50_000), "Caltech101": (102, 3_060), "Camelyon": (2, 294_912), "Clevr-Count": (8, 70_000),
    "Clevr-Dist": (6, 70_000), "DMLab": (6, 65_550), "DTD": (47, 3_760), "EuroSAT": (10, 21_600),
    "Flowers102": (102, 2_040), "KITTI-Dist": (4, 6_770), "Pets": (37, 3_680), "Resisc45": (45, 25_200),
    "Retinopathy": (5, 46_032), "SVHN": (10, 73_257), "Sun397": (397, 87_003), "dSpr-Loc": (16, 663_552),
    "dSpr-Orient": (16, 663_552), "sNORB-Azim": (18, 24_300), "sNORB-Elev": (9, 24_300),
}  # fmt: skip
IMAGE_SIDES = {"transfer": "Sup-100%", "deep": "From-Scratch"}

Row = dict[str, object]


def family(name: str) -> str:
    """Return the name under which a data set votes.

    Examples
    --------
    >>> [family(name) for name in ("openml__adult-census__3953", "why:classif-num-medium:wine", "tabred/weather")]
    ['adult', 'wine', 'weather']
    """
    name = re.sub(r"^openml__(.*)__\d+$", r"\1", name)
    name = re.sub(r"^(tabred/|why:[^:]*:)", "", name).lower()
    for found, pattern in FAMILIES:
        if re.search(pattern, name):
            return found
    return re.sub("[^a-z0-9]", "", name)


def compared(margin: float, better: str, worse: str) -> Row:
    """Return the columns on who was better by which share of the error."""
    first, second = (better, worse) if margin >= 0 else (worse, better)
    return {"better": first, "against": second, "margin": f"{abs(margin):.6g}"}


def relative(network: float, classical: float) -> float:
    """Return by which share of the larger error the network's is lower."""
    return 0.0 if max(network, classical) <= 0 else (classical - network) / max(network, classical)


def tables(folder: Path) -> Iterator[Row]:
    for row in read(folder / "tabular_results.csv"):
        name = family(row["dataset"])
        if not row["margin_neural_over_gbdt"] or name == CORRUPT:
            continue
        yield {
            "task": "regression" if row["task"] == "regression" else "classification",
            "data.structure": "tabular",
            "data.rows": whole(row["rows"]),
            "data.features": whole(row["features"]),
            "data.classes": whole(row["classes"]) if row["task"] != "regression" else "",
            "data.categorical_share": row["categorical_share"],
            **compared(float(row["margin_neural_over_gbdt"]), "deep", "classical"),
            "benchmark": row["source"],
            "dataset": f"table {name}",
        }


def series(folder: Path) -> Iterator[Row]:
    for row in read(folder / "time_series_classification.csv"):
        errors = {side: 1 - max(float(row[name]) for name in names if row[name]) for side, names in SERIES.items()}
        yield {
            "task": "classification",
            "data.structure": "time-series",
            "data.labelled": whole(row["train_series"]),
            "data.classes": whole(row["classes"]),
            **compared(relative(errors["deep"], errors["classical"]), "deep", "classical"),
            "benchmark": "UCR",
            "dataset": f"series {row['dataset']}",
        }


def images(folder: Path) -> Iterator[Row]:
    lines = list(csv.reader((folder / "vtab_images.csv").read_text("utf-8").splitlines()))
    found = {line[0]: line[1:] for line in lines}
    for place, (size, task) in enumerate(zip(lines[0][1:], lines[1][1:], strict=True)):
        if size not in ("1000", "full"):
            continue
        classes, full = IMAGES[task]
        errors = {side: 100 - float(found[name][place]) for side, name in IMAGE_SIDES.items()}
        yield {
            "task": "classification",
            "data.structure": "image",
            "data.labelled": 1000 if size == "1000" else full,
            "data.classes": classes,
            **compared(relative(errors["transfer"], errors["deep"]), "transfer", "deep"),
            "benchmark": "VTAB",
            "dataset": f"images {task}",
        }


def texts(folder: Path) -> Iterator[Row]:
    for row in read(folder / "few_shot_text.csv"):
        if not row["linear_probe_frozen_emb"]:
            continue
        classes = TEXT_CLASSES[row["dataset"]]
        names = ("SetFit_mpnet", "finetune_distilbert", "finetune_roberta_large")
        network = 100 - max(float(row[name]) for name in names if row[name])
        yield {
            "task": "classification",
            "data.structure": "text",
            "data.labelled": int(float(row["n_per_class"]) * classes),
            "data.classes": classes,
            **compared(relative(network, 100 - float(row["linear_probe_frozen_emb"])), "transfer", "hybrid"),
            "benchmark": "SetFit",
            "dataset": f"texts {row['dataset']}",
        }


def growth(folder: Path) -> dict[str, float]:
    """Return the growth of the log-odds per doubling of the rows within one data set, by network.

    A logistic curve through the share of data sets on which the network is better than CatBoost by 1% of the error.
    """
    import numpy as np

    from advisor.calibration.fitting import NormalPrior, fit_logistic

    found = {}
    for network, least in (("RealMLP", 16), ("TabNet", 16), ("sklearn MLP", 16), ("TabPFNv2", 512)):
        mine = [
            row
            for row in read(folder / "learning_curves_pairwise.csv")
            if row["pair"] == f"{network} vs CatBoost" and int(row["n_train"]) >= least
        ]
        design = np.array([(1.0, math.log2(int(row["n_train"]) / 1000)) for row in mine])
        shares = np.array([float(row["share_win_by_1pct"]) for row in mine])
        counts = np.array([float(row["datasets"]) for row in mine])
        found[network] = float(fit_logistic(design, shares, counts, NormalPrior(np.zeros(2), np.full(2, 100.0)))[1])
    return found


def whole(text: str) -> str:
    return str(round(float(text))) if text else ""


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def rows(folder: Path) -> list[Row]:
    """Return the whole table."""
    return [*tables(folder), *series(folder), *images(folder), *texts(folder)]


def text_of(table: list[Row]) -> str:
    """Return the table as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue()


def main() -> None:
    folder = Path(sys.argv[1])
    if sys.argv[2:] == ["growth"]:
        found = growth(folder)
        for network, slope in found.items():
            print(f"{network:<12} {slope:+.3f}")
        scratch = [found[name] for name in ("RealMLP", "TabNet", "sklearn MLP")]
        print(f"{'from scratch':<12} {sum(scratch) / len(scratch):+.3f}")
        return
    print(text_of(rows(folder)), end="")


if __name__ == "__main__":
    main()
