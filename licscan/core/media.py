"""Pictures, sound, films and fonts by the endings of their names."""

from __future__ import annotations

_ENDINGS = tuple(
    f".{ending}"
    for ending in (
        "png jpg jpeg gif webp avif heic bmp tif tiff ico icns cur psd ai eps xcf pcx tga dds pgm pbm ppm emf wmf mp2 mp3 mp4 mpg mpeg m4a "
        "m4v wav oga ogg ogv opus flac aac aif aiff au mid mov avi mkv webm wmv ttf ttc otf woff woff2 eot pfb"
    ).split()
)


def is_media_name(path: str) -> bool:
    """Whether a file is called as media are."""
    return path.lower().endswith(_ENDINGS)
