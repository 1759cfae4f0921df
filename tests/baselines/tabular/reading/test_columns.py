"""The kind of a column is decided from its texts as a careful person would, and the reason is given."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.baselines.tabular.reading.categories import levels_of
from advisor.baselines.tabular.reading.columns import (
    Rules,
    Typed,
    codes_for_missing,
    decide_column,
    decide_decimal,
)
from advisor.baselines.tabular.reading.missing import MISSING
from advisor.baselines.tabular.table import Column


def decide(cells: Sequence[str], kind: str | None = None, decimal: str = ".", strict: bool = False) -> Typed:
    return decide_column("x", levels_of(cells), Rules(MISSING, decimal, strict), kind)


def numbers(cells: Sequence[str], **options: object) -> list[float | None]:
    typed = decide(cells, **options)  # type: ignore[arg-type]
    assert typed.column.kind == "numeric", typed.column
    return [None if np.isnan(value) else value for value in typed.values]


# Numbers


@pytest.mark.parametrize(
    ("cells", "expected", "why"),
    [
        (["1", "2.5", "-3e2", "+4", ".5", "6."], [1, 2.5, -300, 4, 0.5, 6], "all values are numbers"),
        (["1,234", "12,345,678"], [1234, 12345678], "all values are numbers after removing ',' between thousands"),
        (["1,234.50", "2"], [1234.5, 2], "all values are numbers after removing ',' between thousands"),
        (["1'234.5", "2'000"], [1234.5, 2000], 'all values are numbers after removing "\'" between thousands'),
        (
            ["1 234", "12\u00a0345"],
            [1234, 12345],
            "all values are numbers after removing ' ' and '\\xa0' between thousands",
        ),
        (["1,23,456", "5"], [123456, 5], "all values are numbers after removing ',' between thousands"),
        (["1,5", "12,25"], [1.5, 12.25], "all values are numbers after reading ',' as the decimal mark"),
        (
            ["1.234,5", "2.000.000", "0,5"],
            [1234.5, 2000000, 0.5],
            "all values are numbers after reading ',' as the decimal mark, removing '.' between thousands",
        ),
        (["$2.39 ", "$10.50 ", "$0.99 "], [2.39, 10.5, 0.99], "all values are numbers after removing '$'"),
        (["€110.5M", "€300K", "€0"], [110.5e6, 3e5, 0], "all values are numbers after removing '€'"),
        (["-$5", "$-6", "($7)", "8"], [-5, -6, -7, 8], "all values are numbers after removing '$'"),
        (
            ["1.234,50 €", "99,00 €"],
            [1234.5, 99],
            "all values are numbers after removing '€', reading ',' as the decimal mark, "
            "removing '.' between thousands",
        ),
        (
            ["USD 5", "USD 1,200"],
            [5, 1200],
            "all values are numbers after removing 'USD', removing ',' between thousands",
        ),
        (["12 %", "3.5%"], [12, 3.5], "all values are numbers after removing '%'"),
        (["12 kg", "3.5 kg", "0"], [12, 3.5, 0], "all values are numbers after removing 'kg'"),
        (["16GB", "8GB"], [16, 8], "all values are numbers after removing 'GB'"),
        (["36 months", "60 months"], [36, 60], "all values are numbers after removing 'months'"),
        (["\u22125", "7"], [-5, 7], "all values are numbers"),
        (["90 min", "125 min"], [90, 125], "all values are numbers after removing 'min'"),
        (["1h 30m", "2h", "45 min"], [5400, 7200, 2700], "all values are numbers read as durations in seconds"),
        (["1:30:00", "0:00:05.5"], [5400, 5.5], "all values are numbers read as durations in seconds"),
        (["2 days 01:00:00", "0 days 00:00:09"], [176400, 9], "all values are numbers read as durations in seconds"),
        (
            ["9:05", "22:00"],
            [545, 1320],
            "all values are numbers read as durations in the smaller unit (hours:minutes or minutes:seconds)",
        ),
        (["01", "02", "12"], [1, 2, 12], "all values are numbers"),
        (["0", "1", "1", "0"], [0, 1, 1, 0], "all values are numbers"),
    ],
)
def test_numbers(cells: list[str], expected: list[float], why: str) -> None:
    typed = decide(cells)
    assert typed.column.kind == "numeric", typed.column
    assert typed.values.dtype == np.float64
    assert typed.values.tolist() == pytest.approx(expected)
    assert typed.column.why == why


@pytest.mark.parametrize(
    "cells",
    [
        ["5'3\"", "6'0\"", "5'11\""],
        ["A11", "A12", "A13"],
        ["1A", "2A", "3B"],
        ["10th", "11th", "1st"],
        ["12 kg", "5 lb", "7 kg"],
        ["00501", "90210", "10001"],
        ["007", "123"],
        ["1234567890123456789", "1234567890123456788"],
        ["0-9", "10-19", "20-29"],
        ["192.168.0.1", "10.0.0.1"],
        ["1.2.3", "1.10.0"],
        ["555-1234", "555-9999"],
        ["true", "false"],
        ["yes", "no"],
        ["+", "-", "+"],
        ["1/2", "3/4"],
        ["x", "12", "y", "z"],
        ["1,2,3", "4,5,6"],
        ["2:1", "3:2"],
    ],
)
def test_what_only_looks_like_numbers_is_categorical(cells: list[str]) -> None:
    typed = decide(cells * 3)
    assert typed.column.kind == "categorical", typed.column
    assert sorted(typed.values.cat.categories) == sorted(set(cells))
    assert typed.column.missing == 0


def test_missing_marks() -> None:
    marks = ["", " ", "?", "NA", "N/A", "NaN", "null", "NULL", "None", "-", "--", "#N/A", "n.a.", "#DIV/0!", "inf"]
    assert numbers(["1", *marks, "2"]) == [1, *[None] * len(marks), 2]
    typed = decide(["a", "?", "NA", "-", "", "none", "b"])
    assert typed.values.isna().tolist() == [False, True, True, True, True, False, False]
    assert list(typed.values.cat.categories) == ["a", "b", "none"]
    assert typed.column.missing == 4 / 7


def test_further_marks_can_be_given() -> None:
    rules = Rules(MISSING | {"unknown", "999"}, ".", False)
    typed = decide_column("x", levels_of(["1", "unknown", "3", "unknown", "999"]), rules)
    assert typed.column.kind == "numeric"
    assert typed.column.missing == 0.6
    assert decide(["1", "unknown", "3", "unknown"]).column.kind == "categorical"


def test_a_few_odd_values_are_read_as_missing_and_listed() -> None:
    cells = [str(i) for i in range(95)] + ["unknown", "unknown", "x", "12 or 13", "?"]
    column = decide(cells).column
    assert (column.kind, column.odd, column.odd_rows) == ("numeric", ("unknown", "x", "12 or 13"), 4)
    assert column.missing == 0.05
    assert column.why == "96% of the values are numbers"
    assert decide([*cells, "y", "z"]).column.why == (
        "100 different values in 101 rows, no numbers or dates; only 94% of the values are numbers (not 'unknown')"
    )


def test_the_few_texts_that_keep_a_column_from_being_numbers_are_told() -> None:
    numbers = [str(i) for i in range(90)]
    column = decide([*numbers, *["n/k"] * 6, *["refused"] * 2]).column
    assert (column.kind, column.misfits, column.misfit_kind) == (
        "categorical",
        (("n/k", 6), ("refused", 2)),
        "number",
    )
    days = [f"2024-03-{day:02}" for day in range(1, 31)]
    assert decide([*days, "soon", "soon"]).column.misfits == (("soon", 2),)
    assert decide([*numbers, *"abcdefgh"]).column.misfits == ()  # codes
    assert decide([*numbers, "n/k"]).column.misfits == ()  # numbers with an odd value
    assert decide([str(i % 9) for i in range(90)] + ["a"] * 9).column.misfits == ()


def test_codes_with_a_few_letters_stay_categories() -> None:
    # Ward numbers and one ward with a name: ten different numbers are too few to call the name odd.
    column = decide([str(i % 9) for i in range(200)] + ["a"] * 3).column
    assert column.kind == "categorical"
    assert column.why == (
        "10 different values in 203 rows, no numbers or dates; numbers and other values such as 'a', but few different "
        "ones"
    )


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ([0, 1, 2, 3, 27, 999, 999], (999,)),
        ([0, 5, 2174, 41310, 99999, 99999], (99999,)),
        ([12.5, 13, 14, 20, -999, -999], (-999,)),
        ([-20, -5, 3, 40, -9999, -9999], (-9999,)),
        ([0, 1, 2, 3, 4, -1, -1], (-1,)),
        ([1, 2, 3, 4, 999], ()),
        ([90, 95, 97, 98, 99, 99], ()),
        ([-2, -1, -1, 0, 1, 2], ()),
        ([-1, -1, 1, 1], ()),
        ([500, 800, 998, 999, 999], ()),
    ],
)
def test_codes_that_may_stand_for_missing(values: list[float], codes: tuple[float, ...]) -> None:
    assert codes_for_missing(np.array(values, dtype=float)) == codes
    column = decide([str(value) for value in values]).column
    assert (column.codes, column.missing) == (codes, 0.0)


# The decimal mark of a file


def test_the_decimal_mark_is_the_one_of_most_columns() -> None:
    german = levels_of(["1,5", "2,25"])
    ambiguous = levels_of(["1,234", "5,678"])
    english = levels_of(["1.5", "2.25"])
    assert decide_decimal([german, ambiguous]) == (",", "columns that hold numbers such as 1,5: 1")
    assert decide_decimal([english, ambiguous]) == (".", "columns that hold numbers such as 1.5: 1")
    assert decide_decimal([ambiguous]) == (".", "no number says otherwise")


def test_an_ambiguous_mark_follows_the_file_and_a_given_one_is_obeyed() -> None:
    assert numbers(["1,234", "5,678"], decimal=".") == [1234, 5678]
    assert numbers(["1,234", "5,678"], decimal=",") == [1.234, 5.678]
    assert numbers(["1.234", "5.678"], decimal=",") == [1234, 5678]
    assert numbers(["1.25", "5.5"], decimal=",") == [1.25, 5.5]
    assert decide(["1.25", "5.5"], decimal=",", strict=True).column.kind == "categorical"


# Dates


@pytest.mark.parametrize(
    ("cells", "first", "how"),
    [
        (["2018-04-20", "2019-01-02"], "2018-04-20", "year-month-day"),
        (["2018-04-20 10:30:05", "2019-01-02 00:00:00"], "2018-04-20 10:30:05", "year-month-day hour:minute:second"),
        (
            ["2018-04-20T10:30:05.250Z", "2019-01-02T00:00:00.000Z"],
            "2018-04-20 10:30:05.25",
            "year-month-day hour:minute:second zone",
        ),
        (
            ["2018-04-20T10:00:00+02:00", "2019-01-02T00:00:00+02:00"],
            "2018-04-20 08:00",
            "year-month-day hour:minute:second zone",
        ),
        (["1949-01", "1949-02"], "1949-01-01", "year-month"),
        (["20-Apr-2018", "2-May-2018"], "2018-04-20", "day-month-year"),
        (["20APR18", "02MAY18"], "2018-04-20", "day month year"),
        (["Apr 20, 2018", "May 2, 2018"], "2018-04-20", "month day, year"),
        (["20 April 2018", "2 January 2018"], "2018-04-20", "day month year"),
        (["Friday, April 20, 2018", "Wednesday, May 2, 2018"], "2018-04-20", "weekday, month day, year"),
        (["April 2018", "June 2018"], "2018-04-01", "month year"),
        (["Jan-18", "Feb-18"], "2018-01-01", "month-year"),
        (["01/2018", "12/2018"], "2018-01-01", "month/year"),
        (["20180420", "20180421", "20180501", "20181231", "20190228"], "2018-04-20", "year month day"),
        (
            ["4/20/2018 3:05 PM", "5/1/2018 11:00 AM"],
            "2018-04-20 15:05",
            "month/day/year hour:minute am/pm, as other orders fit fewer of the values",
        ),
        (
            ["6/1/1930 22:00", "6/30/1930 20:00"],
            "1930-06-01 22:00",
            "month/day/year hour:minute, as other orders fit fewer of the values",
        ),
        (["1/6/1930", "30/6/1930"], "1930-06-01", "day/month/year, as other orders fit fewer of the values"),
        (["20.4.2018", "1.5.2018"], "2018-04-20", "day.month.year, as other orders fit fewer of the values"),
        (["31.12.99", "01.02.98"], "1999-12-31", "day.month.year, as other orders fit fewer of the values"),
        (["1/2/2020", "3/4/2020"], "2020-01-02", "month/day/year, a guess: the values fit other orders as well"),
        (["1.2.2020", "3.4.2020"], "2020-02-01", "day.month.year, a guess: the values fit other orders as well"),
        (
            [f"{day}/{month}/2020" for month in (1, 2, 3) for day in range(1, 13)],
            "2020-01-01",
            "day/month/year, as the dates run in this order",
        ),
        (
            ["2018-04-20", "5/21/2018"],
            "2018-04-20",
            "year-month-day or month/day/year",
        ),
        # ISO 8601 without marks, with hours alone, with the zones that people write, and by weeks
        (["20141013T000000", "20141014T093000"], "2014-10-13", "year month day hour minute second"),
        (["20141013T093000Z", "20141014T000000Z"], "2014-10-13 09:30", "year month day hour minute second zone"),
        (["20141013T093000+0200"], "2014-10-13 07:30", "year month day hour minute second zone"),
        (
            ["20141013T093000.125", "20141014T000000.000"],
            "2014-10-13 09:30:00.125",
            "year month day hour minute second",
        ),
        (["20141013T0930", "20141014T0000"], "2014-10-13 09:30", "year month day hour minute"),
        (["20141013T09", "20141014T00"], "2014-10-13 09:00", "year month day hour"),
        (["20141013 093000", "20141014 000000"], "2014-10-13 09:30", "year month day hour minute second"),
        (["20141013 9:30", "20141014 0:00"], "2014-10-13 09:30", "year month day hour:minute"),
        (["2014-10-13T093000", "2014-10-14T000000"], "2014-10-13 09:30", "year-month-day hour minute second"),
        (["2014-10-13T09", "2014-10-14T00"], "2014-10-13 09:00", "year-month-day hour"),
        (["2014-10-13 09", "2014-10-14 00"], "2014-10-13 09:00", "year-month-day hour"),
        (["2014-10-13 09:30:00,125"], "2014-10-13 09:30:00.125", "year-month-day hour:minute:second"),
        (
            ["2014-10-13 09:30:00 UTC", "2014-10-14 00:00:00 UTC"],
            "2014-10-13 09:30",
            "year-month-day hour:minute:second zone",
        ),
        (["2014-10-13 09:30:00+02"], "2014-10-13 07:30", "year-month-day hour:minute:second zone"),
        (["2014-10-13T09:30:00z"], "2014-10-13 09:30", "year-month-day hour:minute:second zone"),
        (["2014-W42", "2014-W43"], "2014-10-13", "year-Wweek"),
        (["2014-W42-3", "2014-W43-1"], "2014-10-15", "year-Wweek-weekday"),
        (["2014W423", "2014W431"], "2014-10-15", "year Wweek weekday"),
    ],
)
def test_dates(cells: list[str], first: str, how: str) -> None:
    typed = decide(cells)
    assert typed.column.kind == "date", typed.column
    assert typed.values[0] == pd.Timestamp(first)
    assert str(typed.values.dtype) == "datetime64[us]"
    assert typed.column.why == f"all values are dates ({how})"


# As the programs write 2023-03-01 09:05:07: PostgreSQL, Apache's two logs, S3, cameras, Db2, Oracle, SAS, C, Twitter, a
# browser, mail, Java, Go, logs of Python, names of files, and people.
PROGRAMS = [
    *("2023-03-01 11:05:07+02", "2023-03-01 09:05:07.000000+00", "2023-03-01 14:35:07+05:30"),
    *("01/Mar/2023:09:05:07 +0000", "[01/Mar/2023:09:05:07 +0000]", "[Wed Mar 01 09:05:07.000000 2023]"),
    *("20230301T090507Z", "20230301T110507+0200", "20230301T090507.000Z", "20230301090507", "20230301090507000"),
    *("20230301_090507", "20230301-090507", "20230301 09:05:07", "2023:03:01 09:05:07", "2023-03-01-09.05.07.000000"),
    *("01-MAR-23 09.05.07.000000 AM", "01MAR2023:09:05:07", "01MAR2023:09:05:07.000"),
    *("Wed Mar  1 09:05:07 2023", "Wed Mar 01 10:05:07 CET 2023", "Wed Mar 01 09:05:07 +0000 2023"),
    "Wed Mar 01 2023 11:05:07 GMT+0200 (Central European Summer Time)",
    *("Wed, 01 Mar 2023 01:05:07 -0800 (PST)", "2023-03-01T11:05:07+02:00[Europe/Berlin]"),
    *("2023-03-01 09:05:07 +0000 UTC", "2023-03-01 04:05:07 EST", "2023-03-01 09:05:07,000"),
    *("2023-03-01_09-05-07", "2023_03_01_09_05_07", "2023/03/01-09:05:07", "2023-03-01  09:05:07"),
    *("3/1/2023, 9:05:07\u202fAM", "2023.03.01 09.05.07", "2023/03/01; 09:05:07", "1677661507", "1677661507000"),
    *("1677661507000000", "1677661507000000000", "1677661507.000"),
]


@pytest.mark.parametrize("cell", PROGRAMS)
def test_moments_as_programs_write_them(cell: str) -> None:
    cells = [
        cell.replace("07", f"{second:02}", 1) if "05" in cell else f"{cell[:8]}{second:02}{cell[10:]}"
        for second in range(7, 60)
    ]
    typed = decide_column("created_at", levels_of(cells), Rules(MISSING, ".", False))
    assert typed.column.kind == "date", typed.column
    first = pd.Timestamp("2023-03-01 09:05:07")
    assert typed.values.tolist() == [first + pd.Timedelta(seconds=second) for second in range(53)]


def test_a_date_alone_in_other_writings() -> None:
    for first, other in (
        ("2023_03_01", "2023_03_02"),
        ("March 1st, 2023", "March 2nd, 2023"),
        ("2023年3月1日", "2023年3月2日"),
    ):
        assert decide([first, other]).values.tolist() == [pd.Timestamp("2023-03-01"), pd.Timestamp("2023-03-02")]


@pytest.mark.parametrize(
    ("name", "step", "kind"),
    [("x", 60, "date"), ("x", 7, "numeric"), ("ts", 7, "date"), ("phone", 7, "numeric"), ("account", 1, "numeric")],
)
def test_seconds_since_1970_are_told_by_name_or_by_whole_minutes(name: str, step: int, kind: str) -> None:
    cells = [str(1_600_000_020 + step * row) for row in range(100)]
    assert decide_column(name, levels_of(cells), Rules(MISSING, ".", False)).column.kind == kind


@pytest.mark.parametrize(
    "cells",
    [
        ["2014-286", "2014-287", "2014-001"],  # days of the year, or running numbers of a year
        ["20149913T000000", "20149914T000000"],
        ["99999999 000000", "99999998 000000"],
        ["12345678T99", "12345679T98"],
        ["2014-W54", "2014-W55"],
        ["A20141013T000000", "A20141014T000000"],
        ["2014W4", "2014W5"],
    ],
)
def test_codes_that_look_a_little_like_dates_stay_codes(cells: list[str]) -> None:
    assert decide(cells).column.kind == "categorical"


def test_odd_and_missing_dates() -> None:
    cells = [f"2020-01-{day:02d}" for day in range(1, 32)] + ["soon", "?", ""]
    column = decide(cells).column
    assert (column.kind, column.odd, column.odd_rows, column.distinct) == ("date", ("soon",), 1, 31)
    assert column.missing == 3 / 34


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["1600000000", "1600000060"], "2020-09-13 12:26:40"),
        (["1600000000000", "1600000060000"], "2020-09-13 12:26:40"),
        (["1999", "2000"], "1999-01-01"),
        (["20200131", "20200201"], "2020-01-31"),
    ],
)
def test_numbers_are_dates_on_request_only(cells: list[str], first: str) -> None:
    assert decide(cells).column.kind == "numeric"
    typed = decide(cells, kind="date")
    assert (typed.column.kind, typed.column.why, typed.values[0]) == ("date", "given", pd.Timestamp(first))


# Text, categories, empty columns, kinds on request


def test_text_has_many_values_of_several_words() -> None:
    column = decide([f"the {word} of number {i}" for i in range(20) for word in ("tale", "song")]).column
    assert column.kind == "text"
    assert column.why == "40 different values in 40 rows, of 5.0 words and 20 characters"
    assert decide([f"C{'CO' * (i % 17)}N{i * 7}(=O)" for i in range(200)]).column.kind == "text"  # like SMILES


@pytest.mark.parametrize(
    "cells",
    [
        [f"{i:04d}-AB{i % 7}" for i in range(100)],
        [f"New {i} York" for i in range(10)] * 20,
        [f"{i:032x}" for i in range(100)],
        ["No, not rude at all", "Yes, very rude"] * 200,
    ],
)
def test_ids_and_repeated_answers_are_categories(cells: list[str]) -> None:
    assert decide(cells).column.kind == "categorical"


def test_a_column_without_values_is_empty() -> None:
    typed = decide(["", "NA", "?"])
    absent = (("", 1), ("NA", 1), ("?", 1))
    assert typed.column == Column("x", "empty", "no row has a value", 1.0, 0, absent=absent)
    assert typed.values.dtype == np.float64


def test_kinds_on_request() -> None:
    cells = ["1", "2", "two", "", "3"]
    typed = decide(cells, kind="numeric")
    assert typed.values.tolist()[:2] == [1, 2]
    assert (typed.column.odd, typed.column.missing, typed.column.why) == (("two",), 0.4, "given")
    assert decide(cells, kind="categorical").values.cat.categories.tolist() == ["1", "2", "3", "two"]
    typed = decide(cells, kind="text")
    assert typed.values[:3].tolist() == ["1", "2", "two"]
    assert typed.values.isna().tolist() == [False, False, False, True, False]


# What holds for any texts


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_any_numbers_survive_being_written(values: list[float]) -> None:
    typed = decide([repr(value) for value in values])
    assert typed.column.kind == "numeric"
    assert typed.values.tolist() == values


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1), st.sampled_from(["{:,}", "${:,}", "{:,} kg", "{:,}%"]))
def test_written_numbers_are_read_back(values: list[int], form: str) -> None:
    assert numbers([form.format(value) for value in values]) == values


@given(
    st.lists(
        st.datetimes(pd.Timestamp(1700, 1, 1), pd.Timestamp(2200, 1, 1)).map(lambda d: d.replace(microsecond=0)),
        min_size=1,
    ),
    st.sampled_from(
        ["%Y-%m-%d %H:%M:%S", "%d %B %Y %H:%M:%S", "%b %d, %Y %I:%M:%S %p", "%Y/%m/%dT%H:%M:%S", "%Y%m%dT%H%M%S"]
    ),
)
def test_written_dates_are_read_back(values: list[pd.Timestamp], form: str) -> None:
    typed = decide([f"{value:{form}}" for value in values])
    assert typed.column.kind == "date"
    assert typed.values.tolist() == [pd.Timestamp(value) for value in values]


@given(
    st.lists(
        st.one_of(st.text(max_size=12), st.sampled_from(["1", "2.5", "NA", "2020-01-01", "$5", "7 kg"])), min_size=1
    ),
    st.sampled_from([".", ","]),
    st.booleans(),
)
def test_any_texts_give_a_column_that_describes_its_values(cells: list[str], decimal: str, strict: bool) -> None:
    typed = decide(cells, decimal=decimal, strict=strict)
    values, column = typed.values, typed.column
    assert len(values) == len(cells)
    assert column.missing == values.isna().mean()
    assert column.distinct == values.nunique()
    assert (
        str(values.dtype)
        in {
            "numeric": {"float64"},
            "empty": {"float64"},
            "categorical": {"category"},
            "date": {"datetime64[us]"},
            "text": {"str", "object"},
        }[column.kind]
    )
    assert column.odd_rows <= values.isna().sum()
