"""What a data file says about the project: its description, and the profile fields drafted from it."""

from advisor.baselines.options import Options
from advisor.baselines.prepared import describe_data
from advisor.profile.drafting import fields_from_data
from advisor.profile.reader import is_valid

CHURN = "\n".join(
    ["customer,plan,months,fee,left"]
    + [
        f"c{number:04},{('basic', 'plus', 'max')[number % 3]},{number % 70},{'' if number % 10 == 0 else number * 1.5},"
        f"{'' if number % 50 == 0 else 'yes' if number % 4 == 0 else 'no'}"
        for number in range(200)
    ]
)


def described(folder, text, target):
    path = folder / "data.csv"
    path.write_text(text, encoding="utf-8")
    return describe_data(path, Options(target=target))


def test_a_table_is_described_without_a_fit(tmp_path):
    row = described(tmp_path, CHURN, "left")
    assert (row.rows, row.rows_used, row.columns, row.task) == (200, 196, 5, "binary")
    assert row.classes == ("no", "yes")
    assert row.class_shares == (148 / 196, 48 / 196)


def test_fields_are_drafted_from_the_columns_that_a_model_would_see(tmp_path):
    assert fields_from_data(described(tmp_path, CHURN, "left")) == {
        "task": "classification",
        "data.structure": "tabular",
        "data.rows": 200,
        "data.labelled": 196,
        "data.features": 3,  # without the id
        "data.classes": 2,
        "data.minority_share": 0.245,
        "data.categorical_share": 0.333,
        "data.missing_share": 0.0333,
        "data.max_cardinality": 3,
    }


def test_a_number_to_predict_makes_a_regression_without_classes(tmp_path):
    lines = [f"{number * 7 % 31},{number * 0.37 % 7:.3f},{number * number % 97:.2f}" for number in range(100)]
    fields = fields_from_data(described(tmp_path, "\n".join(["width,height,price", *lines]), "price"))
    assert fields == {
        "task": "regression",
        "data.structure": "tabular",
        "data.rows": 100,
        "data.labelled": 100,
        "data.features": 2,
        "data.categorical_share": 0.0,
        "data.missing_share": 0.0,
    }


def test_a_file_of_sentences_is_text(tmp_path):
    lines = [
        f'"the {number}. customer writes about {("a late parcel", "a wrong bill")[number % 2]} and is not amused",'
        f"{('parcel', 'bill')[number % 2]}"
        for number in range(120)
    ]
    fields = fields_from_data(described(tmp_path, "\n".join(["message,topic", *lines]), "topic"))
    assert (fields["data.structure"], fields["data.classes"]) == ("text", 2)
    assert "data.missing_share" not in fields


def test_what_is_drafted_is_a_valid_profile(tmp_path):
    for text, target in ((CHURN, "left"), (CHURN, "plan"), (CHURN, "fee"), (CHURN, "months")):
        fields = fields_from_data(described(tmp_path, text, target))
        assert is_valid(fields)
