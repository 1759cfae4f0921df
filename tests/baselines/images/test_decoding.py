"""Files of any format, mode and orientation become upright pixels of three channels, or a reason why not."""

import io

import numpy as np
import pytest
from PIL import Image

from advisor.baselines.images.decoding import MOST_PIXELS, NoPictureError, decoded, facts, with_channels
from tests.baselines.images.pictures import encoded, noise

LEFT_RED = Image.fromarray(np.repeat([[[255, 0, 0]] * 8 + [[0, 0, 255]] * 8], 16, axis=0).astype(np.uint8))


def pixels_of(content: bytes, height: int = 16, width: int = 16) -> np.ndarray:
    return decoded(content, height, width)[0]


def test_a_picture_of_the_size_asked_for_keeps_its_pixels():
    pixels = noise(np.random.default_rng(0), 16)
    assert (pixels_of(encoded(Image.fromarray(pixels))) == pixels).all()


@pytest.mark.parametrize(("orientation", "red_is_at"), [(1, (8, 0)), (3, (8, 15)), (6, (0, 8)), (8, (15, 8))])
def test_exif_says_which_side_is_up(orientation, red_is_at):
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert pixels_of(encoded(LEFT_RED, exif=exif))[red_is_at].tolist() == [255, 0, 0]


@pytest.mark.parametrize("mode", ["P", "RGBA", "CMYK", "RGB", "YCbCr"])
def test_every_mode_becomes_the_same_colour(mode):
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    options = {"quality": 100, "subsampling": 0} if kind == "JPEG" else {}
    pixels = pixels_of(encoded(LEFT_RED.convert(mode), kind, **options)).astype(int)
    assert np.abs(pixels[8, 1] - [255, 0, 0]).max() < 12
    assert np.abs(pixels[8, 14] - [0, 0, 255]).max() < 12


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_what_is_transparent_is_white(mode):
    image = Image.new(mode, (16, 16), (0, 0) if mode == "LA" else (0, 0, 0, 0))
    assert (pixels_of(encoded(image)) == 255).all()


def test_a_transparent_colour_of_a_palette_is_white():
    image = Image.new("P", (16, 16), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    assert (pixels_of(encoded(image, transparency=0)) == 255).all()


def test_sixteen_bits_are_scaled_by_their_own_maximum():
    ramp = np.linspace(0, 4_000, 256).reshape(16, 16).astype(np.uint16)
    pixels = pixels_of(encoded(Image.fromarray(ramp)))
    assert (pixels[..., 0].min(), pixels[..., 0].max()) == (0, 255)
    assert np.abs(pixels[..., 0] - ramp / 4_000 * 255).max() <= 1


def test_the_shorter_side_is_fitted_and_the_longer_one_cropped():
    wide = np.zeros((20, 60, 3), dtype=np.uint8)
    wide[:, 20:40] = 255  # the middle third is all that stays
    assert pixels_of(encoded(Image.fromarray(wide)), 10, 10)[:, 2:8].min() > 200


def test_the_mean_of_three_channels_is_grey():
    assert with_channels(np.array([[[10, 20, 60]]], dtype=np.uint8), 1).tolist() == [[[30]]]


def test_only_the_first_picture_of_an_animation_is_read():
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    assert pixels_of(stream.getvalue())[0, 0].tolist() == [255, 0, 0]


WHOLE = encoded(Image.fromarray(noise(np.random.default_rng(1), 64)), "JPEG")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"hello", "its content is not a picture"),
        (WHOLE[: len(WHOLE) // 2], "truncated"),
        (encoded(LEFT_RED)[:60], "truncated|broken"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "its content is not a picture"),
    ],
    ids=["empty", "text", "cut JPEG", "cut PNG", "program"],
)
def test_a_file_that_cannot_be_read_says_why(content, reason):
    with pytest.raises(NoPictureError, match=reason):
        decoded(content, 16, 16)


def test_a_picture_that_would_fill_the_memory_is_refused_by_its_header():
    bomb = encoded(Image.new("1", (20_000, 20_000)))
    assert len(bomb) < 100_000 < MOST_PIXELS
    with pytest.raises(NoPictureError, match="more than 100,000,000 pixels"):
        facts(bomb)
    with pytest.raises(NoPictureError, match="more than 100,000,000 pixels"):
        decoded(bomb, 16, 16)
