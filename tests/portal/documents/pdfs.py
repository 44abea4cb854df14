"""Reads a PDF with poppler, the way a person's viewer would."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

MM = 72 / 25.4


@dataclass(frozen=True)
class Word:
    """One run of text with its box in points, y counted from the top."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


class Pdf:
    """A PDF file and what poppler says about it."""

    def __init__(self, data: bytes, folder: Path) -> None:
        self.path = folder / "document.pdf"
        self.path.write_bytes(data)

    def _run(self, *command: str) -> str:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        return done.stdout

    @property
    def info(self) -> dict[str, str]:
        lines = self._run("pdfinfo", str(self.path)).splitlines()
        pairs = (line.split(":", 1) for line in lines if ":" in line)
        return {key.strip(): value.strip() for key, value in pairs}

    @property
    def pages(self) -> int:
        return int(self.info["Pages"])

    @property
    def fonts(self) -> list[tuple[str, bool]]:
        """Name and whether embedded, for every font."""
        lines = self._run("pdffonts", str(self.path)).splitlines()[2:]
        return [(line.split()[0], line.split()[-5] == "yes") for line in lines]

    def text(self, page: int | None = None) -> str:
        limits = ["-f", str(page), "-l", str(page)] if page else []
        return self._run("pdftotext", "-layout", *limits, str(self.path), "-")

    def flat(self, page: int | None = None) -> str:
        """All text without any white space."""
        return re.sub(r"\s", "", self.text(page))

    def words(self, page: int) -> list[Word]:
        xml = self._run("pdftotext", "-bbox", "-f", str(page), "-l", str(page), str(self.path), "-")
        found = re.findall(
            r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>',
            xml,
        )
        return [Word(t, float(a), float(b), float(c), float(d)) for a, b, c, d, t in found]
