"""From the bytes of a file to pixels of one size, whatever the file's format, mode and orientation."""

import io
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]

# Those of pictures: others run programs (EPS) or hold no pixels.
FORMATS = (*("JPEG", "MPO", "PNG", "GIF", "BMP", "DIB", "TIFF", "WEBP", "PPM", "ICO", "JPEG2000", "TGA", "AVIF"),)
MOST_PIXELS = 100_000_000  # of a picture: a larger one is a mistake, or made to fill the memory
GREY = frozenset({"1", "L", "I", "F", "I;16", "I;16B", "I;16L", "I;16N"})
_OPAQUE = frozenset({"RGB", "CMYK", "YCbCr", "LAB", "HSV"})


class NoPictureError(Exception):
    """A file is no picture that can be used, with the reason."""


class Shape(NamedTuple):
    """Height, width and channels (1 or 3) of the pixels that models see."""

    height: int
    width: int
    channels: int


class FileFacts(NamedTuple):
    """What is known of a file without a look at its picture."""

    bytes: int
    width: int
    height: int
    format: str
    mode: str


def facts(content: bytes) -> FileFacts:
    """Return what the header of a picture says.

    Raises
    ------
    NoPictureError
        If it is none, or too large.
    """
    with _opened(content) as image:
        return FileFacts(len(content), image.width, image.height, image.format or "", image.mode)


def decoded(content: bytes, height: int, width: int) -> "tuple[Pixels, FileFacts]":
    """Return a picture upright and in colour, shape (height, width, 3), with the facts of its file.

    The shorter side is fitted and the longer one cropped at both ends. What is transparent becomes white.

    Raises
    ------
    NoPictureError
        If it is no picture, damaged or too large.
    """
    import numpy as np
    from PIL import Image, ImageOps

    with _opened(content) as image:
        found = FileFacts(len(content), image.width, image.height, image.format or "", image.mode)
        try:
            longest = 2 * max(height, width)
            image.draft(None, (longest, longest))  # a JPEG is decoded at a fraction of its size where that suffices
            image.load()
            upright = ImageOps.exif_transpose(image)
            plain = _in_colour(upright)
            if plain.size != (width, height):
                plain = ImageOps.fit(plain, (width, height), Image.Resampling.BICUBIC)
            return np.asarray(plain, dtype=np.uint8), found
        except Exception as error:  # noqa: BLE001 - a damaged file may raise anything
            raise NoPictureError(_reason(error)) from None


def with_channels(pixels: "Pixels", channels: int) -> "Pixels":
    """Return pixels of shape (..., 3) as those of so many channels: the mean of the three where it is one."""
    import numpy as np

    if channels == pixels.shape[-1]:
        return pixels
    grey: Pixels = pixels.mean(axis=-1, keepdims=True, dtype=np.float32).round().astype(np.uint8)
    return grey


def _opened(content: bytes) -> Any:
    from PIL import Image

    if not content:
        raise NoPictureError("the file is empty")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = Image.open(io.BytesIO(content), formats=[name for name in FORMATS if name in _known_formats()])
        except Image.DecompressionBombError:
            raise NoPictureError(f"it has more than {MOST_PIXELS:,} pixels") from None
        except Exception as error:  # noqa: BLE001 - a damaged file may raise anything
            raise NoPictureError(_reason(error)) from None
    if image.width * image.height > MOST_PIXELS:
        raise NoPictureError(f"it has more than {MOST_PIXELS:,} pixels ({image.width:,} x {image.height:,})")
    return image


def _known_formats() -> "dict[str, Any]":
    from PIL import Image

    Image.init()
    return Image.OPEN


def _in_colour(image: Any) -> Any:
    """Return an image in the mode RGB."""
    from PIL import Image

    if image.mode.startswith("I") or image.mode == "F":
        return _from_deep_grey(image).convert("RGB")
    if image.mode in _OPAQUE and "transparency" not in image.info:
        return image.convert("RGB")
    if image.mode in ("1", "L") and "transparency" not in image.info:
        return image.convert("RGB")
    coloured = image.convert("RGBA")
    white = Image.new("RGBA", coloured.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, coloured).convert("RGB")


def _from_deep_grey(image: Any) -> Any:
    """Return an image of 16 or more bits as one of 8, scaled by its own maximum."""
    import numpy as np
    from PIL import Image

    values = np.nan_to_num(np.asarray(image, dtype=np.float64))
    low = min(0.0, float(values.min()))
    scale = float(values.max()) - low or 1.0
    return Image.fromarray(np.uint8((values - low) / scale * 255 + 0.5))


def _reason(error: Exception) -> str:
    """Return why a file could not be read, in a few words that name no object of a library."""
    from PIL import UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        return "its content is not a picture"
    text = " ".join(str(error).split())
    return text[:100] or type(error).__name__
