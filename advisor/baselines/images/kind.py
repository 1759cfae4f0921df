"""Which files are pictures."""

from advisor.baselines.media.kinds import Kind

PICTURES = Kind(
    "picture",
    "pictures",
    frozenset(
        [
            *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".gif", ".bmp", ".dib", ".tif", ".tiff", ".webp"),
            *(".ppm", ".pgm", ".pbm", ".pnm", ".ico", ".jp2", ".j2k", ".tga", ".avif"),
        ]
    ),
    "cats/1.jpg and dogs/1.jpg",
)
