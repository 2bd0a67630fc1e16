"""Pictures in files, read by Pillow: one, or a folder with one for each class."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

import numpy as np

from .extras import needed
from .sets import Dataset

ENDINGS = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp"}


def read_image(
    path: str | PathLike[str], size: tuple[int, int] | None = None, grey: bool = False
) -> np.ndarray:
    """A picture as (channels, height, width), float32 from 0 to 1.

    Red, green and blue, or one channel of ``grey``; ``size`` (height, width) resizes.
    It is turned as the camera noted; what is transparent is shown on white.

    Raises:
        ImportError: there is no Pillow; the error tells how to get it.
        ValueError: it is no picture, or is cut short.

    >>> import pathlib, tempfile
    >>> from PIL import Image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "red.png")
    ...     Image.new("RGB", (4, 3), "red").save(path)
    ...     read_image(path).shape, read_image(path, size=(1, 1)).ravel()
    ((3, 3, 4), array([1., 0., 0.], dtype=float32))
    """
    pillow = needed("PIL.Image", "reading pictures")
    turned = needed("PIL.ImageOps", "reading pictures").exif_transpose
    with Path(path).open(
        "rb"
    ) as content:  # outside: a missing file is Python's own error
        try:
            with pillow.open(content) as opened:
                picture = turned(opened)
                if picture.has_transparency_data:
                    picture = picture.convert("RGBA")
                    white = pillow.new("RGBA", picture.size, "white")
                    picture = pillow.alpha_composite(white, picture)
                deep = picture.mode.startswith("I;16") or picture.mode == "I"
                if deep:  # 16 bits of grey, which convert() would cut off
                    bits = np.asarray(picture, np.float32) / 65535 * 255
                    picture = pillow.fromarray(np.rint(bits).astype(np.uint8))
                picture = picture.convert("L" if grey else "RGB")
                if size is not None:
                    picture = picture.resize(
                        (size[1], size[0]), pillow.Resampling.BILINEAR
                    )
                pixels = np.asarray(picture, np.float32) / 255
        except (OSError, SyntaxError, ValueError) as error:
            raise ValueError(
                f"{path} cannot be read as a picture; Pillow says: {error}"
            ) from error
    return pixels[None] if grey else np.ascontiguousarray(np.moveaxis(pixels, -1, 0))


class ImageFolder(Dataset):
    """Pictures in a folder for each class: example i is (picture, number of the class).

    Read when they are asked for, in a loader's thread with ``prefetch``. ``classes``
    has the names of the folders, in order, ``paths`` the files. Give a ``size``
    (height, width) where pictures differ in theirs. A second set, of what is held out,
    is read ``like`` the first: with its numbers of the classes, of which it may lack
    some, and its size and grey.

    Raises:
        FileNotFoundError, NotADirectoryError: there is no such folder.
        ValueError: there is no folder in it, or one without a picture; or one that is
            no class of the first set.

    >>> import pathlib, tempfile
    >>> from PIL import Image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for kind in ("cat", "dog"):
    ...         pathlib.Path(folder, kind).mkdir()
    ...         Image.new("L", (5, 5)).save(pathlib.Path(folder, kind, "1.png"))
    ...     pictures = ImageFolder(folder, size=(8, 8), grey=True)
    ...     pictures.classes, pictures[1][0].shape, pictures[1][1]
    (['cat', 'dog'], (1, 8, 8), 1)
    """

    classes: list[str]
    size: tuple[int, int] | None
    grey: bool

    def __init__(
        self,
        folder: str | PathLike[str],
        size: tuple[int, int] | None = None,
        grey: bool = False,
        like: ImageFolder | None = None,
    ) -> None:
        if like is not None:
            if size is not None or grey:
                raise ValueError("size and grey are those of the set that it is like")
            size, grey = like.size, like.grey
        kinds = sorted(
            path
            for path in Path(folder).iterdir()
            if path.is_dir() and not path.name.startswith(".")
        )
        if not kinds:
            raise ValueError(f"{folder} needs a folder of pictures for each class")
        names = [path.name for path in kinds]
        self.classes = names if like is None else like.classes
        unknown = [name for name in names if name not in self.classes]
        if unknown:
            raise ValueError(
                f"{folder} has folders that are no class of the first set: "
                f"{', '.join(unknown)}; those are {', '.join(self.classes)}"
            )
        self.paths: list[Path] = []
        self.labels: list[int] = []
        for kind in kinds:
            label = self.classes.index(kind.name)
            found = sorted(p for p in kind.rglob("*") if p.suffix.lower() in ENDINGS)
            if not found:
                raise ValueError(f"{kind} has no picture ({' '.join(sorted(ENDINGS))})")
            self.paths += found
            self.labels += [label] * len(found)
        self.size, self.grey = size, grey

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, i: int) -> tuple[np.ndarray, int]:
        return read_image(self.paths[i], self.size, self.grey), self.labels[i]
