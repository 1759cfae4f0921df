"""Which files are recordings."""

from advisor.baselines.media.kinds import Kind

RECORDINGS = Kind(
    "recording",
    "recordings",
    frozenset([*(".wav", ".wave", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".au")]),
    "dog/1.wav and cat/1.wav",
)
