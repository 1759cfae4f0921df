"""Pictures in tables: a column of paths, pixel columns in several layouts, and tables that only look like them."""

import gzip

import numpy as np
import pandas as pd
import pytest

from advisor import Options
from advisor.baselines.baseline import prepared_data
from advisor.baselines.errors import DataError
from advisor.baselines.images.structure import IMAGES
from tests.baselines.images.pictures import folder_of_noise


def read(path, **options):
    return prepared_data(path, Options(**{"target": "label", **options}))


def digits(rows: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Return smooth grey pictures (rows, 8, 8) from 0 to 255, and their classes."""
    rng = np.random.default_rng(0)
    down, across = np.mgrid[:8, :8]
    codes = np.arange(rows) % 2
    places = np.where(codes, 5, 2)[:, None, None] + rng.normal(0, 0.7, (rows, 1, 1))
    blobs = np.exp(-((down - places) ** 2 + (across - rng.uniform(2, 5, (rows, 1, 1))) ** 2) / 4)
    return np.uint8(255 * blobs), codes


def pixel_table(pixels: np.ndarray, names: list[str], codes: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(pixels.reshape(len(pixels), -1), columns=names).assign(label=np.array(["a", "b"])[codes])


@pytest.mark.parametrize("highest", [1, 16, 255])
def test_pixel_columns_are_pictures_whatever_their_highest_value(tmp_path, highest):
    pixels, codes = digits()
    scaled = pixels / 255 if highest == 1 else (pixels * (highest / 255)).round()
    pixel_table(scaled, [f"pixel{place}" for place in range(64)], codes).to_csv(tmp_path / "p.csv", index=False)
    found = read(tmp_path / "p.csv")
    assert (found.described.structure, found.described.columns, found.described.task) == ("image", 65, "binary")
    error = found.dataset.examples.pixels[..., 0].astype(int) - pixels
    assert np.abs(error).max() <= 255 / highest / 2 + 1 if highest > 1 else np.abs(error).max() == 0


def test_bare_numbers_are_pixels_where_neighbours_are_alike_in_both_directions(tmp_path):
    pixels, codes = digits()
    table = pixel_table(pixels, [str(place) for place in range(64)], codes)
    table.to_csv(tmp_path / "p.csv", index=False)
    assert read(tmp_path / "p.csv").structure.id == "image"
    assert read(tmp_path / "p.csv", structure="tabular").structure.id == "tabular"
    shuffled = table[[*np.random.default_rng(0).permutation(table.columns[:-1]), "label"]]
    shuffled.columns = table.columns
    shuffled.to_csv(tmp_path / "s.csv", index=False)
    assert read(tmp_path / "s.csv").structure.id == "tabular"
    assert read(tmp_path / "s.csv", structure="image").structure.id == "image"


def test_readings_of_a_sensor_are_no_picture(tmp_path):
    rng = np.random.default_rng(0)
    walks = rng.normal(size=(200, 64)).cumsum(axis=1)
    walks -= walks.min()
    table = pixel_table(np.round(walks / walks.max() * 255), [f"x{place}" for place in range(64)], np.arange(200) % 2)
    table.to_csv(tmp_path / "w.csv", index=False)
    assert read(tmp_path / "w.csv").structure.id == "tabular"


def test_names_of_places_tell_a_shape_that_is_no_square(tmp_path):
    pixels, codes = digits()
    names = [f"{down}x{across}" for down in range(1, 5) for across in range(1, 17)]
    pixel_table(pixels, names, codes).to_csv(tmp_path / "p.csv", index=False)
    assert read(tmp_path / "p.csv", structure="image").dataset.examples.pixels.shape[1:] == (4, 16, 1)


@pytest.mark.slow
@pytest.mark.parametrize("planes", [True, False])
def test_colours_stand_together_by_pixel_or_by_plane(tmp_path, planes):
    rng = np.random.default_rng(0)
    grey = np.kron(rng.integers(0, 180, (80, 4, 4)), np.ones((1, 4, 4)))
    pixels = np.uint8(grey[..., None] + rng.integers(0, 60, (80, 1, 1, 3)) + rng.integers(0, 15, (80, 16, 16, 3)))
    stored = pixels.transpose(0, 3, 1, 2) if planes else pixels
    names = [f"pixel_{place}" for place in range(768)]
    pixel_table(stored, names, np.arange(80) % 2).to_csv(tmp_path / "p.csv", index=False)
    assert (read(tmp_path / "p.csv").dataset.examples.pixels == pixels).all()


def test_rows_without_a_label_are_left_out_with_their_pixels(tmp_path):
    pixels, codes = digits()
    table = pixel_table(pixels, [f"pixel{place}" for place in range(64)], codes)
    table.loc[[3, 7], "label"] = None
    table.assign(owner=np.arange(60) // 3).to_csv(tmp_path / "p.csv", index=False)
    found = read(tmp_path / "p.csv", group="owner")
    kept = np.delete(np.arange(60), [3, 7])
    assert (found.dataset.examples.pixels[..., 0] == pixels[kept]).all()
    assert found.dataset.groups is not None
    assert len(np.unique(found.dataset.groups)) == 20
    assert found.described.rows_used == 58


def test_a_column_of_paths_is_read_relative_to_the_table(tmp_path):
    folder_of_noise(tmp_path / "files", {"x": 14})
    names = [f"files/x/{number}.png" for number in range(14)]
    table = pd.DataFrame({"file": [*names, "files/x/gone.png"], "label": ["a", "b"] * 7 + ["a"], "owner": range(15)})
    table.to_csv(tmp_path / "index.csv", index=False)
    found = read(tmp_path / "index.csv", group="owner")
    assert (found.structure.id, found.described.rows_used, found.described.target) == ("image", 14, "label")
    assert found.dataset.examples.pixels.shape == (14, 24, 24, 3)
    messages = {check.id: check.message for check in found.checks}
    assert messages["unreadable-files"] == (
        "1 of 15 files is not a picture that can be read: files/x/gone.png (there is no such file)"
    )


def test_names_of_pictures_that_are_not_there_are_text_unless_pictures_are_asked_for(tmp_path):
    names = [f"{number}.png" for number in range(20)]
    table = pd.DataFrame({"file": names, "size": np.arange(20.0) ** 2, "label": ["a", "b"] * 10})
    table.to_csv(tmp_path / "index.csv", index=False)
    assert read(tmp_path / "index.csv").structure.id == "tabular"
    with pytest.raises(DataError, match=r"none of the 20 files is a picture that can be read; .*no such file"):
        read(tmp_path / "index.csv", structure="image")


def test_pictures_asked_for_where_there_are_none_are_refused(tmp_path):
    pd.DataFrame({"a": range(20), "label": ["x", "y"] * 10}).to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(DataError, match=r"^--structure image: .* no column with paths of pictures and no square"):
        read(tmp_path / "t.csv", structure="image")


def test_amounts_are_not_predicted_of_pictures(tmp_path):
    pixels, codes = digits()
    table = pixel_table(pixels, [f"pixel{place}" for place in range(64)], codes)
    table["label"] = np.random.default_rng(0).normal(size=60)
    table.to_csv(tmp_path / "p.csv", index=False)
    assert read(tmp_path / "p.csv").structure.id == "tabular"
    with pytest.raises(DataError, match="of pictures only classes are predicted"):
        read(tmp_path / "p.csv", structure="image")


def idx(array: np.ndarray) -> bytes:
    header = bytes([0, 0, 8, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
    return header + array.astype(np.uint8).tobytes()


def test_pairs_of_idx_files_are_read_together(tmp_path):
    pixels, codes = digits()
    for part, rows in (("train", slice(0, 40)), ("t10k", slice(40, 60))):
        (tmp_path / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(pixels[rows])))
        (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(idx(codes[rows]))
    found = read(tmp_path, target="")
    assert (found.described.structure, found.described.target, found.described.rows) == ("image", "label", 60)
    assert sorted(np.bincount(found.dataset.target)) == [30, 30]
    again = read(tmp_path, target="label")  # as a replay asks
    assert (again.dataset.examples.pixels == found.dataset.examples.pixels).all()


@pytest.mark.parametrize(
    ("images", "labels", "reason"),
    [
        (idx(np.zeros((20, 8, 8)))[:-5], idx(np.zeros(20)), "holds 1,275 bytes where its header says 1,280"),
        (idx(np.zeros((20, 8, 8))), idx(np.zeros(19)), "holds 20 pictures and .* 19 labels"),
        (b"nonsense", idx(np.zeros(20)), "this is not an IDX file of bytes"),
    ],
    ids=["cut", "unequal", "other"],
)
def test_damaged_idx_files_are_refused(tmp_path, images, labels, reason):
    (tmp_path / "images-idx3-ubyte").write_bytes(images)
    (tmp_path / "labels-idx1-ubyte").write_bytes(labels)
    with pytest.raises(DataError, match=reason):
        read(tmp_path, target="")


def test_saved_pixel_columns_are_read_again(tmp_path):
    from advisor.baselines.images.new_pictures import new_pictures

    pixels, codes = digits()
    table = pixel_table(pixels, [f"pixel{place}" for place in range(64)], codes)
    table.to_csv(tmp_path / "p.csv", index=False)
    found = read(tmp_path / "p.csv")
    about = IMAGES.saved(found.source, found.dataset, Options(target="label"))["pictures"]
    table.drop(columns="label").iloc[:5].to_csv(tmp_path / "new.csv", index=False)
    names, new = new_pictures([tmp_path / "new.csv"], about)
    assert names == ["0", "1", "2", "3", "4"]
    assert (new[..., 0] == pixels[:5]).all()
