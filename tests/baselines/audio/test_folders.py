"""Folders and tables of recordings as users have them: sources, mixed formats, strays, mistakes."""

import shutil
import zipfile

import numpy as np
import pandas as pd
import pytest

from advisor import Options
from advisor.baselines.baseline import prepared_data
from advisor.baselines.errors import DataError
from advisor.baselines.judging.protocol import too_few
from advisor.baselines.structures import structure, structure_of
from advisor.profile.drafting import fields_from_data
from tests.baselines.audio.sounds import folder_of_tones, save, tone

EXPECTED = "expected: one subfolder of recordings for each class, such as dog/1.wav and cat/1.wav"
RNG = np.random.default_rng(0)


def read(path, **options):
    return prepared_data(path, Options(**options))


def refusal(path, **options) -> str:
    with pytest.raises(DataError) as caught:
        read(path, **options)
    return str(caught.value).replace(str(path), "FOLDER")


def checks(prepared) -> dict[str, str]:
    return {check.id: check.message for check in prepared.checks if check.id != "tiny-data"}


def decisions(prepared) -> dict[str, str]:
    return {decision.what: decision.value for decision in prepared.described.decisions}


def words(path, speakers: tuple[str, ...], takes: int = 3):
    """Write words as spoken digits are named: the class, a speaker and a take."""
    for place, word in enumerate(("7", "8")):
        for speaker in speakers:
            for take in range(takes):
                save(path / word / f"{word}_{speaker}_{take}.wav", tone(RNG, 300 + 300 * place, 0.15))
    return path


def test_subfolders_are_classes_and_a_profile_is_drafted(tmp_path):
    found = read(folder_of_tones(tmp_path, {"cat": 12, "dog": 8}))
    row = found.described
    assert (row.structure, row.rows, row.target, row.classes) == ("audio", 20, "folder", ("cat", "dog"))
    assert decisions(found) == {"classes": "2 subfolders", "sound": "8,000 Hz, one channel"}
    assert found.dataset.examples.take(np.arange(3)).shape == (3,)
    assert fields_from_data(row) == {
        "task": "classification",
        "data.structure": "audio",
        "data.rows": 20,
        "data.labelled": 20,
        "data.classes": 2,
        "data.minority_share": 0.4,
    }


def test_speakers_in_the_names_are_the_groups(tmp_path):
    found = read(words(tmp_path, ("ann", "bob", "eve", "joe", "kim", "lea")))
    assert len(np.unique(found.dataset.groups)) == 6
    assert too_few(found.dataset) == ""
    said = next(decision for decision in found.described.decisions if decision.what == "groups")
    assert said.value == "6 sources"
    assert said.why == "names such as 7/7_ann_0.wav tell a source, ann; what comes from one source stays in one fold"
    assert said.flag == "--exclude source"
    assert read(tmp_path, exclude=("source",)).dataset.groups is None


def test_few_speakers_give_an_estimate_and_no_answer(tmp_path):
    found = read(words(tmp_path, ("ann", "bob", "eve")))
    assert too_few(found.dataset) == "3 groups are too few for an answer, which takes 6"


@pytest.mark.parametrize("name", ["{number}", "{label}_{number}", "{label} ({number})", "rec{number}", "2026_{number}"])
def test_numbers_of_the_recordings_themselves_are_no_speakers(tmp_path, name):
    assert read(folder_of_tones(tmp_path, {"cat": 8, "dog": 8}, name)).dataset.groups is None


def test_rates_widths_and_channels_are_brought_to_one_form_and_told_as_a_leak(tmp_path):
    for number in range(30):
        save(tmp_path / "phone" / f"{number}.wav", tone(RNG, 500, 0.15), width="uint8")
        stereo = np.column_stack([tone(RNG, 500, 0.15, 44_100)] * 2)
        save(tmp_path / "studio" / f"{number}.wav", stereo, 44_100, "int24")
    found = read(tmp_path)
    assert decisions(found)["sound"] == "16,000 Hz, one channel"
    assert checks(found)["leakage"] == (
        "sampling rate, channels and format of the files alone tell the class of 100% of the recordings "
        "(always the most frequent class: 50%)"
    )


@pytest.mark.slow
def test_a_duration_for_each_class_is_a_leak_and_lengths_that_overlap_are_none(tmp_path):
    for number in range(40):
        for label, seconds in (("a", 0.15), ("b", 0.2)):
            save(tmp_path / "cut" / label / f"{number}.wav", tone(RNG, 500, seconds))
            save(tmp_path / "free" / label / f"{number}.wav", tone(RNG, 500, seconds + RNG.uniform(0, 0.1)))
    assert checks(read(tmp_path / "cut"))["leakage"].startswith(
        "the duration of the files alone tells the class of 100%"
    )
    assert "leakage" not in checks(read(tmp_path / "free"))


def test_strays_are_left_out_and_broken_files_named(tmp_path):
    folder_of_tones(tmp_path, {"cat": 10, "dog": 10})
    whole = (tmp_path / "cat" / "0.wav").read_bytes()
    (tmp_path / "notes.txt").write_text("recorded in May")
    (tmp_path / "cat" / "zero.wav").touch()
    (tmp_path / "dog" / "cut.wav").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "dog" / "text.wav").write_text("not a recording")
    (tmp_path / "horse").mkdir()
    found = read(tmp_path)
    assert (found.described.rows, found.described.rows_used) == (23, 20)
    assert decisions(found)["ignored"] == "1 other files"
    message = checks(found)["unreadable-files"]
    assert message.startswith("3 of 23 files are not recordings that can be read: cat/zero.wav (the file is empty); ")
    assert "dog/cut.wav (cut off: its header promises" in message
    assert "dog/text.wav (its content is not a recording)" in message
    assert "subfolders without a recording: horse" in [check.message for check in found.checks]


def test_the_same_sound_stays_in_one_fold_and_two_classes_of_it_are_said(tmp_path):
    folder_of_tones(tmp_path, {"cat": 12, "dog": 12})
    shutil.copy(tmp_path / "cat" / "0.wav", tmp_path / "cat" / "100.wav")
    shutil.copy(tmp_path / "cat" / "1.wav", tmp_path / "dog" / "101.wav")
    found = read(tmp_path)
    assert sorted(np.bincount(found.dataset.duplicate_groups).tolist())[-2:] == [2, 2]
    assert checks(found)["duplicate-rows"] == "2 of 26 recordings repeat another one, sample by sample"
    assert checks(found)["conflicting-labels"] == (
        "the same recording is in different classes: no model can be right for more than 25 of 26 recordings"
    )


def test_an_archive_and_a_split_are_read_like_the_folders_in_them(tmp_path):
    for part in ("train", "test"):
        folder_of_tones(tmp_path / "sounds" / part, {"cat": 4, "dog": 4})
    with zipfile.ZipFile(tmp_path / "sounds.zip", "w") as archive:
        for file in sorted((tmp_path / "sounds").rglob("*.wav")):
            archive.write(file, file.relative_to(tmp_path))
    packed, plain = read(tmp_path / "sounds.zip"), read(tmp_path / "sounds")
    assert (packed.dataset.examples.rows == plain.dataset.examples.rows).all()
    assert decisions(plain)["split"] == "test and train are pooled"


def test_more_recordings_than_memory_allows_are_sampled(tmp_path, monkeypatch):
    monkeypatch.setattr("advisor.baselines.audio.folder.most_recordings", lambda *_: 15)
    row = read(folder_of_tones(tmp_path, {"cat": 12, "dog": 12})).described
    assert (row.rows, row.rows_used, row.sampled) == (24, 15, True)


def test_only_the_beginning_of_a_long_recording_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("advisor.baselines.audio.loading.LONGEST_S", 0.25)
    found = read(folder_of_tones(tmp_path, {"cat": 8, "dog": 8}))
    assert next(d.why for d in found.described.decisions if d.what == "sound").endswith("; the first 0.25 s are read")
    assert np.exp(found.dataset.examples.rows["statistics"][:, 0]).max() <= 0.2501


def test_the_digest_is_that_of_names_and_contents(tmp_path):
    first = read(folder_of_tones(tmp_path / "a", {"cat": 6, "dog": 6})).described.sha256
    assert first == structure("audio").digest(folder_of_tones(tmp_path / "b", {"cat": 6, "dog": 6}))
    (tmp_path / "b" / "cat" / "0.wav").rename(tmp_path / "b" / "cat" / "renamed.wav")
    assert first != structure("audio").digest(tmp_path / "b")


def test_recordings_in_the_folder_itself_are_refused_and_a_table_there_is_named(tmp_path):
    folder_of_tones(tmp_path, {".": 5})
    assert refusal(tmp_path) == (
        f"FOLDER: the 5 recordings lie in the folder itself, which has no subfolders; {EXPECTED}"
    )
    (tmp_path / "labels.csv").write_text("path,label\n")
    assert refusal(tmp_path).endswith("; the folder holds labels.csv: pass that file if it has a column of paths")


def test_folders_that_cannot_be_used_are_refused(tmp_path):
    one = folder_of_tones(tmp_path / "one", {"cat": 5})
    assert refusal(one) == f"FOLDER: only one subfolder holds recordings, cat with 5; {EXPECTED}"
    broken = tmp_path / "broken"
    for label in ("cat", "dog"):
        (broken / label).mkdir(parents=True)
        (broken / label / "a.wav").write_text("x")
    assert refusal(broken).startswith("FOLDER: none of the 2 files is a recording that can be read; ")
    (tmp_path / "empty").mkdir()
    assert structure_of(tmp_path / "empty").id == "tabular"
    assert refusal(tmp_path / "empty", structure="audio") == f"FOLDER: no recording was found (no file); {EXPECTED}"


def index(path, columns: dict) -> str:
    pd.DataFrame(columns).to_csv(path / "index.csv", index=False)
    return path / "index.csv"


def paths(path, speakers=("ann", "bob", "eve", "joe", "kim", "lea")) -> list[str]:
    words(path, speakers)
    return sorted(file.relative_to(path).as_posix() for file in path.rglob("*.wav"))


def test_a_table_of_paths_takes_its_column_of_speakers_as_the_group(tmp_path):
    names = paths(tmp_path)
    table = {"file": names, "word": [name[0] for name in names], "speaker": [name[4:7] for name in names]}
    found = read(index(tmp_path, table), target="word")
    assert (found.structure.id, found.described.rows_used, found.described.target) == ("audio", 36, "word")
    assert len(np.unique(found.dataset.groups)) == 6
    said = next(decision for decision in found.described.decisions if decision.what == "groups")
    assert (said.value, said.flag) == ("6 of speaker", "--exclude speaker")
    assert [row.name for row in found.described.columns_read] == ["word", "speaker"]


def test_a_table_without_such_a_column_takes_what_the_names_tell(tmp_path):
    names = paths(tmp_path)
    table = index(tmp_path, {"file": [*names, "gone.wav"], "word": [*(name[0] for name in names), "7"]})
    found = read(table, target="word")
    assert len(np.unique(found.dataset.groups)) == 6
    said = next(decision for decision in found.described.decisions if decision.what == "groups")
    assert (said.value, said.flag) == ("6 sources", "--group file")
    assert len(np.unique(read(table, target="word", group="file").dataset.groups)) == 36
    assert checks(found)["unreadable-files"] == (
        "1 of 37 files is not a recording that can be read: gone.wav (there is no such file)"
    )


def test_amounts_are_not_predicted_of_recordings(tmp_path):
    names = paths(tmp_path)
    table = index(tmp_path, {"file": names, "level": np.random.default_rng(0).normal(size=len(names))})
    with pytest.raises(DataError, match="of recordings only classes are predicted"):
        read(table, target="level", structure="audio")
