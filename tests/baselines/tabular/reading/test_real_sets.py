"""Every table among the development sets is read as its description says."""

import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from advisor.baselines.errors import DataError
from advisor.baselines.tabular.reading import read_table

DATA = Path(__file__).resolve().parents[5] / "shared" / "data"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="needs the development sets in ../shared"),
]

# Of the columns that are easy to get wrong: the kind.
KINDS = {
    "telco_churn": {"TotalCharges": "numeric", "customerID": "categorical", "SeniorCitizen": "numeric"},
    "chipotle_orders": {"item_price": "numeric", "choice_description": "text", "item_name": "categorical"},
    "ufo_sightings": {"Time": "date", "City": "categorical", "Shape Reported": "categorical"},
    "marketing_campaign": {"Dt_Customer": "date", "Income": "numeric", "Marital_Status": "categorical"},
    "penguins_raw": {
        "Date Egg": "date",
        "Individual ID": "categorical",
        "Body Mass (g)": "numeric",
        "Sex": "categorical",
    },
    "auto_imports": {
        **{str(column): "numeric" for column in (0, 1, 9, 10, 11, 12, 13, 16, 18, 19, 20, 21, 22, 23, 24, 25)},
        **{str(column): "categorical" for column in (2, 3, 4, 5, 6, 7, 8, 14, 15, 17)},
    },
    "police_killings_latin1": {
        **dict.fromkeys(
            ["age", "pop", "share_white", "share_black", "share_hispanic", "p_income", "h_income", "county_income"],
            "numeric",
        ),
        **dict.fromkeys(["comp_income", "county_bucket", "nat_bucket", "pov", "urate", "college"], "numeric"),
        "armed": "categorical",
        "streetaddress": "text",
    },
    "titanic3_preamble": {"name": "text", "boat": "categorical", "age": "numeric", "ticket": "categorical"},
    "titanic_seaborn": {"alone": "categorical", "age": "numeric", "deck": "categorical"},
    "adult_income": {"0": "numeric", "1": "categorical", "14": "categorical"},
    "horse_colic": {"3": "numeric", "24": "categorical"},
    "mammography": {"0": "numeric", "6": "categorical"},
    "bank_additional_semicolon": {"pdays": "numeric", "default": "categorical", "month": "categorical"},
    "delaney_solubility": {"smiles": "text", "Molecular Weight": "numeric"},
    "auto_mpg": {"horsepower": "numeric", "name": "text"},
    "imdb_1000": {"actors_list": "text", "title": "text", "duration": "numeric", "genre": "categorical"},
    "flying_etiquette": {
        "How tall are you?": "categorical",
        "RespondentID": "numeric",
        "Household Income": "categorical",
    },
    "seoul_population_cp949": {"자치구": "categorical", "65세이상": "numeric"},
    "ds_salaries_bom": {"work_year": "numeric", "job_title": "categorical"},
    "airline_passengers": {"Month": "date"},
    "daily_min_temperatures": {"Date": "date"},
    "etth1": {"date": "date", "OT": "numeric"},
    "beijing_pm25": {"pm2.5": "numeric", "cbwd": "categorical"},
    "bike_sharing_kaggle": {"datetime": "date"},
    "soybean": {"date": "numeric"},
    "sms_spam": {"0": "categorical", "1": "text"},
    "ag_news_7600": {"0": "numeric", "1": "text", "2": "text"},
    "sst2_6920": {"0": "text", "1": "numeric"},
}


def tables() -> list[dict[str, Any]]:
    if not DATA.is_dir():
        return []
    sets = yaml.safe_load((DATA / "datasets.yaml").read_text())
    return [entry for entry in sets if (DATA / entry["file"]).is_file()]


@pytest.mark.parametrize("entry", tables(), ids=lambda entry: entry["name"])
def test_rows_columns_header_encoding_and_kinds(entry: dict[str, Any]) -> None:
    start = time.process_time()
    table = read_table(DATA / entry["file"])
    assert time.process_time() - start < 4  # about 1 s at most on an idle machine
    assert (table.rows, len(table.columns), table.sampled) == (entry["rows"], entry["columns"], False)
    assert table.frame.shape == (entry["rows"], entry["columns"])
    assert table.sha256 == entry["sha256"]
    assert entry["target"] in table.frame.columns
    kinds = {column.name: column.kind for column in table.columns}
    chosen = KINDS.get(entry["name"], {})
    assert {name: kinds[name] for name in chosen} == chosen
    target = next(column for column in table.columns if column.name == entry["target"])
    assert (target.distinct, round(target.missing * table.rows)) == (entry["target_distinct"], entry["target_missing"])


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [("ItalyPowerDemand", 1096, 27), ("GunPoint", 200, 153), ("BasicMotions", 80, 603)],
)
def test_series_as_wide_tables(name: str, rows: int, columns: int) -> None:
    table = read_table(DATA / f"ts_{name}" / f"{name}_wide.csv")
    assert table.frame.shape == (rows, columns)
    assert list(table.frame.columns[:3]) == ["split", "case", "label"]


@pytest.mark.parametrize(
    ("file", "what"),
    [
        ("mnist_t10k/t10k-images-idx3-ubyte.gz", "an IDX array of 10000 x 28 x 28"),
        ("mnist_t10k/t10k-labels-idx1-ubyte.gz", "an IDX array of 10000"),
        ("fsdd/0_george_0.wav", "a WAV audio recording"),
        ("ts_GunPoint/GunPoint_TRAIN.ts", "a .ts file of time series"),
    ],
)
def test_what_is_no_table_is_named(file: str, what: str) -> None:
    with pytest.raises(DataError, match=f"this is {what}"):
        read_table(DATA / file)


def test_codes_that_may_stand_for_missing_are_listed() -> None:
    codes = {column.name: column.codes for column in read_table(DATA / "bank_additional_semicolon.csv").columns}
    assert {name: found for name, found in codes.items() if found} == {"pdays": (999.0,)}
