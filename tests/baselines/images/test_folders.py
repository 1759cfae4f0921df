"""Folders of classes as users have them: wrapped, split, with strays, with mistakes."""

import os
import shutil
import zipfile

import numpy as np
import pytest
from PIL import Image

from advisor import Options
from advisor.baselines.baseline import prepared_data
from advisor.baselines.errors import DataError
from advisor.baselines.structures import structure, structure_of
from tests.baselines.images.pictures import encoded, folder_of_noise, noise, save


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


def test_subfolders_are_classes(tmp_path):
    found = read(folder_of_noise(tmp_path, {"cat": 12, "dog": 8}))
    row = found.described
    assert (row.structure, row.rows, row.target, row.task, row.classes) == (
        "image",
        20,
        "folder",
        "binary",
        ("cat", "dog"),
    )
    assert np.bincount(found.dataset.target).tolist() == [12, 8]
    assert found.dataset.examples.take(np.arange(20)).shape == (20, 24, 24, 3)
    assert decisions(found) == {"classes": "2 subfolders", "pixels": "24 x 24 px, colour"}


def test_grey_pictures_are_read_in_one_channel(tmp_path):
    rng = np.random.default_rng(0)
    for number in range(12):
        save(tmp_path / "ab"[number % 2] / f"{number}.png", noise(rng)[..., 0])
    assert read(tmp_path).dataset.examples.pixels.shape == (12, 24, 24, 1)


def test_a_wrapping_folder_and_a_split_are_looked_through(tmp_path):
    for part, count in (("train", 9), ("test", 3)):
        folder_of_noise(tmp_path / "download" / part, {"cat": count, "dog": count})
    found = read(tmp_path)
    assert (found.described.rows, found.described.classes) == (24, ("cat", "dog"))
    assert decisions(found)["split"] == "test and train are pooled"


def test_an_archive_is_read_like_the_folder_in_it(tmp_path):
    folder = folder_of_noise(tmp_path / "animals", {"cat": 6, "dog": 6})
    with zipfile.ZipFile(tmp_path / "animals.zip", "w") as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(tmp_path))
        archive.writestr("__MACOSX/animals/cat/._0.png", b"x")
    packed, plain = read(tmp_path / "animals.zip"), read(folder)
    assert (packed.dataset.examples.pixels == plain.dataset.examples.pixels).all()
    assert packed.described.classes == ("cat", "dog")


def test_strays_are_left_out_and_broken_files_named(tmp_path):
    folder_of_noise(tmp_path, {"cat": 10, "dog": 10})
    for name in (".DS_Store", "cat/Thumbs.db", "cat/.hidden.png"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "labels.csv").write_text("a,b\n")
    (tmp_path / "loose.png").write_bytes(encoded(Image.new("L", (8, 8))))
    (tmp_path / "cat" / "zero.jpg").touch()
    (tmp_path / "dog" / "text.png").write_text("not a picture")
    (tmp_path / "horse").mkdir()
    found = read(tmp_path)
    assert (found.described.rows, found.described.rows_used) == (22, 20)
    assert decisions(found)["ignored"] == "2 other files"
    assert checks(found)["unreadable-files"] == (
        "2 of 22 files are not pictures that can be read: cat/zero.jpg (the file is empty); "
        "dog/text.png (its content is not a picture)"
    )
    messages = [check.message for check in found.checks if check.id == "rare-class"]
    assert messages == ["subfolders without a picture: horse"]


def test_mixed_sizes_are_brought_to_one(tmp_path):
    folder_of_noise(tmp_path, {"cat": 6}, side=100)
    folder_of_noise(tmp_path, {"dog": 6}, side=40, ending="jpg")
    found = read(tmp_path)
    assert decisions(found)["pixels"] == "64 x 64 px, colour"
    assert next(d.why for d in found.described.decisions if d.what == "pixels").startswith("sides are 40 to 100 px")


def test_pictures_of_one_small_size_keep_it(tmp_path):
    rng = np.random.default_rng(0)
    for number in range(12):
        save(tmp_path / "ab"[number % 2] / f"{number}.png", noise(rng)[:16, :])
    assert read(tmp_path).dataset.examples.pixels.shape == (12, 16, 24, 3)


def test_more_pictures_than_memory_allows_are_sampled(tmp_path, monkeypatch):
    monkeypatch.setattr("advisor.baselines.images.folder.most_pictures", lambda *_: 15)
    row = read(folder_of_noise(tmp_path, {"cat": 12, "dog": 12})).described
    assert (row.rows, row.rows_used, row.sampled) == (24, 15, True)


def test_a_class_with_one_picture_is_said(tmp_path):
    found = read(folder_of_noise(tmp_path, {"cat": 12, "dog": 12, "emu": 1}))
    assert checks(found)["rare-class"] == "1 class has fewer than 10 rows: emu (1)"


def test_the_same_picture_stays_in_one_fold_and_two_classes_of_it_are_said(tmp_path):
    folder_of_noise(tmp_path, {"cat": 12, "dog": 12})
    shutil.copy(tmp_path / "cat" / "0.png", tmp_path / "cat" / "copy.png")
    Image.open(tmp_path / "cat" / "1.png").save(tmp_path / "dog" / "same pixels.bmp")
    found = read(tmp_path)
    groups = found.dataset.duplicate_groups
    assert groups is not None
    assert sorted(np.bincount(groups).tolist())[-2:] == [2, 2]
    assert checks(found)["duplicate-rows"] == "2 of 26 pictures repeat another one, pixel by pixel"
    assert checks(found)["conflicting-labels"] == (
        "the same picture is in different classes: no model can be right for more than 25 of 26 pictures"
    )


def test_the_digest_is_that_of_names_and_contents(tmp_path):
    images = structure("image")
    first = images.digest(folder_of_noise(tmp_path / "a", {"cat": 2, "dog": 2}))
    assert first == images.digest(folder_of_noise(tmp_path / "b", {"cat": 2, "dog": 2}))
    (tmp_path / "b" / "cat" / "0.png").rename(tmp_path / "b" / "cat" / "renamed.png")
    assert first != images.digest(tmp_path / "b")
    assert read(folder_of_noise(tmp_path / "c", {"cat": 6, "dog": 6})).described.sha256 == images.digest(tmp_path / "c")


EXPECTED = "expected: one subfolder of pictures for each class, such as cats/1.jpg and dogs/1.jpg"


def test_a_folder_of_one_class_is_refused(tmp_path):
    folder_of_noise(tmp_path, {"cat": 5})
    assert refusal(tmp_path) == f"FOLDER: only one subfolder holds pictures, cat with 5; {EXPECTED}"


def test_pictures_without_subfolders_are_refused(tmp_path):
    folder_of_noise(tmp_path, {".": 5})
    assert refusal(tmp_path) == (
        f"FOLDER: the 5 pictures lie in the folder itself, which has no subfolders; {EXPECTED}"
    )


def test_a_folder_without_pictures_is_refused(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("a")
    assert structure_of(tmp_path).id == "tabular"
    assert refusal(tmp_path) == "FOLDER: this is a folder without pictures (it holds 1 .txt); pass one data file"
    assert refusal(tmp_path, structure="image") == f"FOLDER: no picture was found (1 .txt); {EXPECTED}"


def test_a_folder_whose_files_are_all_broken_is_refused(tmp_path):
    for label in ("cat", "dog"):
        (tmp_path / label).mkdir()
        (tmp_path / label / "a.png").write_text("x")
    assert refusal(tmp_path).startswith("FOLDER: none of the 2 files is a picture that can be read; ")


def test_a_class_whose_files_are_all_broken_leaves_one(tmp_path):
    folder_of_noise(tmp_path, {"cat": 5})
    (tmp_path / "dog").mkdir()
    (tmp_path / "dog" / "a.png").write_text("x")
    assert refusal(tmp_path) == (
        "FOLDER: only the pictures of one class, cat, can be read, see dog/a.png: "
        f"its content is not a picture; {EXPECTED}"
    )


def test_too_few_pictures_are_refused(tmp_path):
    assert "10" in refusal(folder_of_noise(tmp_path, {"cat": 3, "dog": 3}))


@pytest.mark.parametrize(
    ("options", "flag"),
    [({"target": "breed"}, "--target breed"), ({"group": "owner"}, "--group"), ({"text": ("t",)}, "--text")],
)
def test_a_folder_has_no_columns(tmp_path, options, flag):
    assert refusal(folder_of_noise(tmp_path, {"cat": 6, "dog": 6}), **options) == (
        f"{flag}: a folder of pictures has no columns, its subfolders are the classes; "
        "leave it out, or pass a CSV with a column of paths"
    )


def test_amounts_are_not_predicted_of_a_folder(tmp_path):
    assert "--task regression" in refusal(folder_of_noise(tmp_path, {"cat": 6, "dog": 6}), task="regression")


def test_a_damaged_archive_is_refused(tmp_path):
    folder_of_noise(tmp_path / "f", {"cat": 6, "dog": 6})
    shutil.make_archive(str(tmp_path / "f"), "zip", tmp_path / "f")
    whole = (tmp_path / "f.zip").read_bytes()
    (tmp_path / "f.zip").write_bytes(whole[: len(whole) // 2])
    assert refusal(tmp_path / "f.zip").endswith("copy or download it again")


def test_a_spreadsheet_is_still_one(tmp_path):
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as archive:
        archive.writestr("xl/media/image1.png", b"x")
    assert structure_of(tmp_path / "book.xlsx").id == "tabular"


def test_pictures_of_one_source_stay_in_one_fold(tmp_path):
    rng = np.random.default_rng(0)
    for patient in range(12):
        for take in range(4):
            save(tmp_path / ("ill", "well")[patient % 2] / f"patient{patient:02}_{take}.png", noise(rng))
    found = read(tmp_path)
    assert found.dataset.groups is not None
    assert np.bincount(np.unique(found.dataset.groups, return_inverse=True)[1]).tolist() == [4] * 12
    assert decisions(found)["groups"] == "12 sources"
    assert found.described.columns_read[-1].role == "group"
    assert read(tmp_path, exclude=("source",)).dataset.groups is None


@pytest.mark.parametrize("name", ["IMG_{0}", "{0}", "{1} ({0})", "{1}_2_{0}", "{0:03}_7", "photo 2026-{0}"])
def test_numbers_of_the_pictures_themselves_are_no_sources(tmp_path, name):
    rng = np.random.default_rng(0)
    for number in range(40):
        label = ("cat", "dog")[number % 2]
        save(tmp_path / label / f"{name.format(number, label)}.png", noise(rng))
    assert read(tmp_path).dataset.groups is None


def test_a_profile_drafted_from_a_folder_is_about_pictures(tmp_path):
    from advisor.profile.drafting import fields_from_data

    drafted = fields_from_data(read(folder_of_noise(tmp_path, {"cat": 12, "dog": 8})).described)
    assert drafted == {
        "task": "classification",
        "data.structure": "image",
        "data.rows": 20,
        "data.labelled": 20,
        "data.classes": 2,
        "data.minority_share": 0.4,
    }


def test_a_loose_picture_hides_no_wrapping_folder(tmp_path):
    folder_of_noise(tmp_path / "download", {"cat": 6, "dog": 6})
    save(tmp_path / "cover.png", noise(np.random.default_rng(0)))
    found = read(tmp_path)
    assert (found.described.rows, decisions(found)["ignored"]) == (12, "1 other files")


def test_a_test_part_without_classes_is_left_out(tmp_path):
    folder_of_noise(tmp_path / "train", {"cat": 6, "dog": 6})
    folder_of_noise(tmp_path / "test", {".": 4})
    found = read(tmp_path)
    assert (found.described.rows, found.described.classes) == (12, ("cat", "dog"))


def test_names_that_no_encoding_has_are_read_and_shown(tmp_path):
    folder_of_noise(tmp_path, {"cat": 6, "l\u00f6we\n": 6})
    (tmp_path / "cat" / os.fsdecode(b"\xff.png")).write_text("x")
    found = read(tmp_path)
    assert found.described.rows_used == 12
    for check in found.checks:
        check.message.encode("utf-8")
