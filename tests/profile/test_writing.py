"""Profiles as commented YAML: read back as they were, whatever they hold."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from advisor.profile.fields import FIELD, FIELDS
from advisor.profile.reader import read_profile
from advisor.profile.writing import profile_text
from tests.bounds import examples
from tests.engine.support import profiles

HOSTILE = [
    'it\'s "quoted"',
    "two\nlines\r\nand\ttabs",
    "# no comment",
    "key: value",
    "- item",
    "{a: [b]}",
    "&anchor *alias !tag |",
    "\x1b[31mred\x1b[0m",
    "\u202eright to left\u2028",
    "no",
    "Yes",
    "on",
    "y",
    "null",
    "~",
    "1e5",
    "e5",
    "0x1f",
    "12:30",
    "2024-01-01",
    ".inf",
    "<<",
    "=",
    "",
    " ",
    " padded ",
    "\\",
    "\x00\x7f\x85\ufeff",
    "x" * 5000,
    "名前 🎈",
    "%TAG",
    "@at `tick`",
    "---",
    "...",
]


def read_back(text):
    return dict(read_profile(text.encode(), "written.yaml").values)


@given(
    profiles(),
    st.dictionaries(st.sampled_from(["name", "description"]), st.sampled_from(HOSTILE) | st.text(), max_size=2),
    st.sets(st.sampled_from([field.path for field in FIELDS if not field.required])),
    st.booleans(),
)
@examples(200)
def test_what_is_written_reads_back_as_it_was(values, texts, skipped, told):
    texts = {name: text.encode("utf-8", "replace").decode() for name, text in texts.items()}
    values = {**values, **texts}
    text = profile_text(values, dict.fromkeys(values, "answered") if told else {}, skipped - values.keys())
    assert read_back(text) == values
    assert all(char == "\n" or char.isprintable() for char in text)


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_text_for_other_readers_too(text):
    written = profile_text({"name": text, "task": "lookup", "data.structure": "text"}, {})
    assert read_back(written)["name"] == text
    assert yaml.safe_load(written)["name"] == text


def test_comments_say_what_fields_mean_and_where_values_came_from():
    values = {"name": "churn", "task": "lookup", "data.structure": "tabular", "data.rows": 7043}
    origins = {"task": "answered", "data.rows": "from the data"}
    assert (
        profile_text(values, origins, ["risk.energy"])
        == """\
# Project profile. To get an answer, run `advisor recommend` on this file.
# A field that is left out is unknown. Lines that begin with `#` are comments:
# to fill in a field that was skipped, write its value and remove the `#`.

# A short name for reports
name: churn

# What the model must do: classification, regression, ranking, forecasting,
# recommendation, clustering, anomaly-detection, object-detection, segmentation,
# information-extraction, retrieval, translation, speech-recognition,
# speech-synthesis, generation, control, lookup
task: lookup  # answered

# What the data look like
data:
  # What one example looks like: tabular, text, document, image, video, audio,
  # time-series, sensor, log, graph, interactions, mixed
  structure: tabular

  # Examples at hand (rows, documents, images, clips, series windows, nodes):
  # whole number, 0 or more
  rows: 7043  # from the data

# What else matters here
risk:
  # Whether energy use matters (a battery, a climate goal): true, false
  # energy:  # skipped
"""
    )


def test_a_skipped_field_can_be_filled_in_by_taking_the_mark_away():
    skipped = [field.path for field in FIELDS if field.question and not field.required]
    text = profile_text({"task": "lookup", "data.structure": "text"}, {}, skipped)
    filled = text.replace("# energy:  # skipped", "energy: true  # skipped").replace("# rows:  #", "rows: 5  #")
    assert read_back(filled) == {
        "task": "lookup",
        "data.structure": "text",
        "data.rows": 5,
        "risk.energy": True,
    }
    assert FIELD["risk.energy"].question
