"""Files of series: what they hold, and what is said of those that cannot be read."""

import numpy as np
import pytest

from advisor.baselines.errors import DataError
from advisor.baselines.options import Options
from advisor.baselines.prepared import describe_data
from advisor.baselines.series.ts_files import looks_like_ts, read_ts, ts_files
from tests.baselines.series.made import HEADER, ts_text, waves, write_ts

TWO = HEADER.format(classes="a b")


def written(tmp_path, text, name="made.ts", encoding="utf-8"):
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    return path


def test_channels_lengths_gaps_and_comments(tmp_path):
    text = (
        "#a comment \ufeffwith a mark\n\n" + TWO.replace("true a b", "true 1 0") + "1,?,3:0,0,0:1\n#between\n5,6:7:0\n"
    )
    found = read_ts(written(tmp_path, text))
    assert found.labels == ["1", "0"]
    assert found.gaps == 2  # the question mark, and the second channel's second step
    assert [one.tolist() for one in found.series] == [[[1, 2, 3], [0, 0, 0]], [[5, 6], [7, 7]]]


def test_missing_steps_behind_the_last_value_are_behind_the_end(tmp_path):
    found = read_ts(written(tmp_path, TWO + "?,1,2,NaN,?:a\n"))
    assert found.series[0].tolist() == [[1, 1, 2]]
    assert found.gaps == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1"])
def test_other_encodings(tmp_path, encoding):
    found = read_ts(written(tmp_path, "#é\n" + TWO.replace("a b", "é b") + "1,2:é\n", encoding=encoding))
    assert found.labels == ["é"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no line @data"),
        (TWO, "no series follows @data"),
        (TWO + "1,2,x:a\n", "line 7: 'x' in channel 1 is not a number"),
        (TWO + "1,2:3,4:a\n1,2:b\n", "line 8: 1 channels, but the first series has 2"),
        (TWO + "1,2:c\n", "line 7: the label 'c' is none of those that @classLabel names; classes: a, b"),
        (TWO + "1,2:\n", "line 7: no label behind the last colon"),
        (TWO + "a\n", "line 7: no values before the label"),
        (TWO + "?,?:a\n", "line 7: the series has no value"),
        (TWO.replace("@timeStamps false", "@timeStamps true") + "(0,1):a\n", "line 3: @timeStamps true"),
        (
            TWO.replace("@classLabel true a b", "@targetLabel true") + "1,2:3\n",
            "line 5: @targetLabel true: only classes",
        ),
        (TWO.replace("true a b", "false") + "1,2\n", "it says @classLabel false, so there is nothing to predict"),
        (TWO.replace("@classLabel true a b\n", "") + "1,2:a\n", "no line @classLabel says which classes there are"),
        ("import { x } from 'y';\n", "stands before @data"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_line_and_the_way_out(tmp_path, text, message):
    path = written(tmp_path, text)
    with pytest.raises(DataError) as caught:
        read_ts(path)
    assert str(path) in str(caught.value)
    assert message in str(caught.value)


def test_what_looks_like_series(tmp_path):
    assert looks_like_ts(written(tmp_path, "", "empty.ts"))
    assert looks_like_ts(written(tmp_path, TWO, "copy.data"))
    assert looks_like_ts(tmp_path)
    assert not looks_like_ts(written(tmp_path, "@relation x\n@data\n1,2\n", "weka.arff"))
    assert not looks_like_ts(written(tmp_path, "a,b\n1,2\n", "table.csv"))
    assert not looks_like_ts(tmp_path / "missing.csv")


def test_the_two_parts_of_a_folder_are_pooled(tmp_path):
    series, classes = waves(60)
    write_ts(tmp_path / "Made_TRAIN.ts", series[:20], classes[:20])
    write_ts(tmp_path / "Made_TEST.ts", series[20:], classes[20:])
    assert [path.name for path in ts_files(tmp_path)] == ["Made_TRAIN.ts", "Made_TEST.ts"]
    row = describe_data(tmp_path, Options())
    assert (row.structure, row.rows, row.rows_used, row.task, row.classes) == (
        "time-series", 60, 60, "binary", ("0", "1"),
    )  # fmt: skip
    decided = {decision.what: (decision.value, decision.why) for decision in row.decisions}
    assert decided["parts"] == (
        "pooled",
        "20 in Made_TRAIN.ts and 40 in Made_TEST.ts; all series take part in the folds",
    )
    assert decided["channels"][0] == "1"
    assert decided["steps"][0] == "40 to 59"


def test_a_folder_of_other_files_is_refused(tmp_path):
    for name in ("A.ts", "B.ts"):
        written(tmp_path, TWO, name)
    with pytest.raises(DataError, match=r"the folder holds A\.ts, B\.ts, and one file is read, or the two called"):
        ts_files(tmp_path)


@pytest.mark.parametrize("flag", ["group", "time", "weights", "target"])
def test_a_file_of_series_has_no_columns_to_name(tmp_path, flag):
    path = write_ts(tmp_path / "made.ts", *waves(20))
    with pytest.raises(DataError, match=f"--{flag}: a .ts file has no columns"):
        describe_data(path, Options(**{flag: "patient"}))


def test_the_files_of_a_folder_must_have_the_same_channels(tmp_path):
    write_ts(tmp_path / "Made_TRAIN.ts", *waves(20))
    write_ts(tmp_path / "Made_TEST.ts", *waves(20, channels=2))
    with pytest.raises(DataError, match=r"differ in their channels, 1 in Made_TRAIN.ts and 2 in Made_TEST.ts"):
        describe_data(tmp_path, Options())


def test_a_file_written_here_is_read_as_it_was(tmp_path):
    series, classes = waves(5, channels=3)
    found = read_ts(written(tmp_path, ts_text(series, classes)))
    assert all(np.allclose(one, other, atol=1e-4) for one, other in zip(found.series, series, strict=True))
