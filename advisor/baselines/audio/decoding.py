"""From the bytes of a file to samples of one channel, whatever its rate, width and number of channels."""

import io
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

# Forms of Resource Interchange File Format, with numbers in small and in big order, and beyond 4 GB.
RIFF = {b"RIFF": "<", b"RIFX": ">", b"RF64": "<"}
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_COMPRESSED = {2: "ADPCM", 6: "A-law", 7: "mu-law", 17: "ADPCM", 49: "GSM", 80: "MPEG", 85: "MP3"}
MOST_SAMPLES = 50_000_000  # of a file, in all channels: what it unpacks to is held in memory
RATES = (1_000, 768_000)  # hertz that recorders have
INSTALL = "pip install soundfile"


class NoRecordingError(Exception):
    """A file is no recording that can be used, with the reason."""


class FileFacts(NamedTuple):
    """What is known of a file without listening to it."""

    bytes: int
    rate: int
    channels: int
    samples: int
    encoding: str

    @property
    def seconds(self) -> float:
        """How long it plays."""
        return self.samples / self.rate


def facts(content: bytes) -> FileFacts:
    """Return what the header of a recording says, once its sizes are those of the file.

    Raises
    ------
    NoRecordingError
        If it is none, cut off, or too large.
    """
    if not content:
        raise NoRecordingError("the file is empty")
    found = _wave_facts(content) if _is_wave(content) else _other_facts(content)
    if not RATES[0] <= found.rate <= RATES[1]:
        raise NoRecordingError(f"its sampling rate is {found.rate:,} Hz")
    if found.channels < 1:
        raise NoRecordingError("it has no channel")
    if found.samples < 1:
        raise NoRecordingError("it holds no sound")
    if found.samples * found.channels > MOST_SAMPLES:
        raise NoRecordingError(f"it has more than {MOST_SAMPLES:,} samples; cut it into clips")
    return found


def decoded(content: bytes) -> "tuple[Samples, FileFacts]":
    """Return the mean of a recording's channels, between -1 and 1, with the facts of its file.

    Raises
    ------
    NoRecordingError
        If it is no recording, damaged or too large.
    """
    import numpy as np

    found = facts(content)
    try:
        values = _wave_samples(content) if _is_wave(content) else _other_samples(content)
    except Exception as error:  # noqa: BLE001 - a damaged file may raise anything
        raise NoRecordingError(_reason(error)) from None
    values = values.reshape(len(values), -1).mean(axis=1, dtype=np.float32)
    if not len(values):
        raise NoRecordingError("it holds no sound")
    return np.clip(np.nan_to_num(values), -1, 1), found


def _is_wave(content: bytes) -> bool:
    return content[:4] in RIFF and content[8:12] == b"WAVE"


def _wave_facts(content: bytes) -> FileFacts:
    """Return what the chunks of a WAV file say."""
    order = RIFF[content[:4]]
    place, form, data = 12, b"", -1
    while place + 8 <= len(content) and (not form or data < 0):
        name, size = struct.unpack_from(f"{order}4sI", content, place)
        place += 8
        if name == b"fmt ":
            form = content[place : place + size]
        elif name == b"data":
            data = size
            if place + size > len(content):
                held = len(content) - place
                raise NoRecordingError(f"cut off: its header promises {size:,} bytes of sound and {held:,} follow")
        place += size + size % 2
    if len(form) < 16 or data < 0:
        raise NoRecordingError(f"cut off: its {'sound' if len(form) >= 16 else 'header'} is missing")
    code, channels, rate, _, block, bits = struct.unpack_from(f"{order}HHIIHH", form)
    if code == _EXTENSIBLE and len(form) >= 26:
        code = struct.unpack_from(f"{order}H", form, 24)[0]
    if code not in (_PCM, _FLOAT):
        name = _COMPRESSED.get(code, f"the code {code}")
        raise NoRecordingError(f"compressed ({name}); convert it to PCM")
    if block < 1 or channels < 1:
        raise NoRecordingError("it has no channel")
    kind = "float" if code == _FLOAT else "int"
    return FileFacts(len(content), rate, channels, data // block, f"WAV {kind}{bits}")


def _wave_samples(content: bytes) -> "np.ndarray":
    import warnings

    import numpy as np
    from scipy.io import wavfile

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wavfile.WavFileWarning)  # of chunks that hold no sound
        _, values = wavfile.read(io.BytesIO(content))
    if values.dtype == np.uint8:
        return np.asarray((values.astype(np.float32) - 128) / 128)
    if values.dtype.kind == "i":
        return np.asarray(values.astype(np.float32) / float(np.iinfo(values.dtype).max + 1))
    return np.asarray(values, dtype=np.float32)


def _other_facts(content: bytes) -> FileFacts:
    soundfile = _soundfile(content)
    try:
        about = soundfile.info(io.BytesIO(content))
    except Exception as error:  # noqa: BLE001 - a damaged file may raise anything
        raise NoRecordingError(_reason(error)) from None
    encoding = f"{about.format} {about.subtype}"
    return FileFacts(len(content), int(about.samplerate), int(about.channels), int(about.frames), encoding)


def _other_samples(content: bytes) -> "np.ndarray":
    values, _ = _soundfile(content).read(io.BytesIO(content), dtype="float32", frames=MOST_SAMPLES)
    found: np.ndarray = values
    return found


def _soundfile(content: bytes) -> Any:
    """Return the library that reads other formats; raise NoRecordingError where it or the format is missing."""
    kinds = {b"fLaC": "FLAC", b"OggS": "Ogg", b"ID3": "MP3", b"\xff\xfb": "MP3", b"FORM": "AIFF", b".snd": "AU"}
    name = next((kind for start, kind in kinds.items() if content.startswith(start)), None)
    if name is None:
        raise NoRecordingError("its content is not a recording")
    try:
        import soundfile
    except (ImportError, OSError):  # the package, or the library in it
        raise NoRecordingError(f"{name} is read by another package: {INSTALL}") from None
    return soundfile


def _reason(error: Exception) -> str:
    """Return why a file could not be read, in a few words that name no object of a library."""
    text = " ".join(str(error).split())
    if "BytesIO" in text:  # how soundfile calls what it was given
        text = text.rpartition(": ")[2].rstrip(".")
    return text[:100] or type(error).__name__
