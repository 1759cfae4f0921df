"""The table of results: columns, sides, ties, and every mistake of a file at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.calibration.table import read_table
from advisor.source.problems import InputError, format_problem
from tests.bounds import examples
from tests.calibration.support import table

SIDES = "task,data.structure,better,against"


def sides(row, header=SIDES):
    case = read_table(table(row, header=header), "r.csv")[0]
    return case.simple, case.heavy, case.win


@pytest.mark.parametrize(
    ("better", "against", "expected"),
    [
        ("ml", "", ("classical", "deep", 0)),
        ("dl", "", ("classical", "deep", 1)),
        ("tie", "", ("classical", "deep", 0.5)),
        ("classical", "transfer", ("classical", "transfer", 0)),
        ("transfer", "", ("classical", "transfer", 1)),
        ("transfer", "deep", ("transfer", "deep", 0)),
        ("hybrid", "transfer", ("hybrid", "transfer", 0)),
        ("none", "", ("none", "classical", 0)),
        ("tie", "hybrid", ("classical", "hybrid", 0.5)),
        ("tie", "ml", ("classical", "deep", 0.5)),
    ],
)
def test_the_sides_of_a_comparison(better, against, expected):
    assert sides(f"classification,tabular,{better},{against}") == expected


@pytest.mark.parametrize(
    ("rows", "margin", "win"),
    [(2000, 0.04, 0.5), (2000, 0.05, 1), (3000, 0.01, 1), (3000, 0.009, 0.5), ("", 0.02, 1), (2000, "", 1)],
)
def test_a_win_by_less_than_pays_is_a_tie(rows, margin, win):
    header = "task,data.structure,data.rows,better,margin"
    assert sides(f"regression,tabular,{rows},dl,{margin}", header)[2] == win


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_quotes_separators_and_a_byte_order_mark(separator):
    header = separator.join(["task", "data.structure", "interpretability.regulation", "better", "project"])
    row = separator.join(['"classification"', "tabular", '"hiring | credit-decision"', " dl ", f'"a{separator} b"'])
    case = read_table(b"\xef\xbb\xbf" + table(row, "", header=header), "r.csv")[0]
    assert case.dataset == f"a{separator} b"
    assert case.values["interpretability.regulation"] == ["credit-decision", "hiring"]
    assert case.heavy == "deep"


def test_every_mistake_is_told_at_once_with_its_place():
    raw = table(
        "clasification,tabular,7k,dl,0.1,a,x",
        "classification,tabular,100,deeep,-1,a,x",
        ",tabular,100,,0.1,a,x",
        "classification,tabular,100,dl,0.1,a,x,surplus",
        header="task,data.structure,data.row,better,margn,benchmark,dataset",
    )
    with pytest.raises(InputError) as caught:
        read_table(raw, "r.csv")
    lines = [format_problem(problem).splitlines()[0] for problem in caught.value.problems]
    assert lines == [
        "r.csv:1:21: error: data.row: unknown column; did you mean 'data.rows'?",
        "r.csv:1:37: error: margn: unknown column; did you mean 'margin'?",
        "r.csv:2:1: error: task: 'clasification' is not one of classification, regression, ranking, forecasting, "
        "recommendation, clustering, anomaly-detection, object-detection, segmentation, information-extraction, "
        "retrieval, translation, speech-recognition, speech-synthesis, generation, control, lookup; "
        "did you mean 'classification'?",
        "r.csv:2:23: error: data.rows: expected a number, found '7k'; write 7000",
        "r.csv:3:28: error: better: 'deeep' is not one of none, classical, hybrid, transfer, deep, ml, dl, tie; "
        "did you mean 'deep'?",
        "r.csv:3:34: error: margin: expected a number from 0 to 1, found '-1'; it is the share by which the error of "
        "the better side is lower: 0.05 for 5%",
        "r.csv:4:1: error: task: missing, but required: what the model must do",
        "r.csv:4:14: error: better: missing, but required: the better approach (none, classical, hybrid, transfer, "
        "deep), or ml, dl or tie",
        "r.csv:5:39: error: 8 values under 7 columns; put a value that holds the separator in quotes",
    ]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "the file is empty"),
        (b"task,data.structure,better\n", "the table has no rows"),
        (b"task,data.structure\nclassification,tabular\n", "missing column"),
        (b"task,data.structure,better,better\nclassification,tabular,dl,dl\n", "duplicate column"),
        (b"task,data.structure,better,project,dataset\nclassification,tabular,dl,a,b\n", "are the same"),
        (b"task,data.structure,better,against\nclassification,tabular,dl,deep\n", "compared with itself"),
        (b"task,data.structure,better,margin\nclassification,tabular,dl,5\n", "0.05 for 5%"),
        (b"task,data.structure,better,weight\nclassification,tabular,dl,-1\n", "expected a number from 0"),
        (b"task,data.structure,data.rows,data.labelled,better\nclassification,tabular,5,9,dl\n", "has only 5"),
        (b"task,data.structure,better\nclassification,tabular,d\xff\n", "is not UTF-8"),
    ],
)
def test_mistakes_of_a_table(raw, message):
    with pytest.raises(InputError, match=message):
        read_table(raw, "r.csv")


@examples(200)
@given(st.one_of(st.text(max_size=300), st.text(alphabet='task,datructe"\n;\t\x1b:tab ', max_size=200)))
def test_any_text_is_a_table_or_an_error(text):
    raw = text.encode("utf-8", "replace")
    for content in (raw, table(text)):
        try:
            assert read_table(content, "r.csv")
        except InputError as error:
            shown = "\n".join(format_problem(problem) for problem in error.problems)
            assert "\x1b" not in shown
