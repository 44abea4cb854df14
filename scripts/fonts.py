#!/usr/bin/env python3
"""Build the print faces of the portal from Debian's font packages into FONT_DIR (var/fonts).

Font files never enter the repository. This script finds the sources (FONT_DIR/sources, installed
packages, or ``apt-get download``, which needs no root), cuts small single-language faces out of
them, and writes a fonts.conf that names these faces and nothing else. A second run sees the stamp
and ends at once. Exit codes: 0 done, 2 a source is missing (the sentence says which).

Why cut faces: Noto's collections hold 65,535 glyphs a face and cost 400 KB and half the time of
every PDF. Each Noto face becomes two tiers: the GB 2312 characters, and all others under a second
family name, which is opened only when a rare character occurs. All faces get the metrics of the
ideographic em box (880/-120), so that a line with a rare name is exactly as high as its
neighbours and the page keeps its 22 lines.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parent.parent
DROPPED_TABLES = ("BASE", "DSIG", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx")
ASCENT, DESCENT = 880, 120  # thousandths of an em, the ideographic em box


@dataclass(frozen=True)
class Face:
    """One face to be built: its file, its family, where it is cut from and which tier it is."""

    file: str
    family: str
    source: str
    tier: str  # "gb2312", "rest", "latin" or "all"
    bold: bool = False
    member: str = ""  # family to choose inside a collection


@dataclass(frozen=True)
class Package:
    """A Debian package and the files that are taken out of it."""

    name: str
    files: tuple[str, ...]
    without: str = ""  # what happens without an optional one; empty for a needed one


SERIF, SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"
FACES = (
    Face("fang.otf", "Portal Fang", "FandolFang-Regular.otf", "all"),
    Face("kai.otf", "Portal Kai", "FandolKai-Regular.otf", "all"),
    Face("hei.otf", "Portal Hei", "FandolHei-Regular.otf", "all"),
    Face("serif.otf", "Portal Serif", "NotoSerifCJK-Regular.ttc", "gb2312", member=SERIF),
    Face("serif-ext.otf", "Portal Serif Ext", "NotoSerifCJK-Regular.ttc", "rest", member=SERIF),
    Face("serif-bold.otf", "Portal Serif", "NotoSerifCJK-Bold.ttc", "gb2312", True, SERIF),
    Face("serif-ext-bold.otf", "Portal Serif Ext", "NotoSerifCJK-Bold.ttc", "rest", True, SERIF),
    Face("sans.otf", "Portal Sans", "NotoSansCJK-Regular.ttc", "gb2312", member=SANS),
    Face("sans-ext.otf", "Portal Sans Ext", "NotoSansCJK-Regular.ttc", "rest", member=SANS),
    Face("sans-bold.otf", "Portal Sans", "NotoSansCJK-Bold.ttc", "gb2312", True, SANS),
    Face("latin.ttf", "Portal Latin", "LiberationSerif-Regular.ttf", "latin"),
    Face("wenkai.ttf", "Portal Wenkai", "LXGWWenKai-Regular.ttf", "all"),
)
PACKAGES = (
    Package(
        "fonts-noto-cjk",
        (
            "NotoSerifCJK-Regular.ttc",
            "NotoSerifCJK-Bold.ttc",
            "NotoSansCJK-Regular.ttc",
            "NotoSansCJK-Bold.ttc",
        ),
    ),
    Package(
        "texlive-lang-chinese",
        ("FandolFang-Regular.otf", "FandolKai-Regular.otf", "FandolHei-Regular.otf"),
    ),
    Package(
        "fonts-liberation",
        ("LiberationSerif-Regular.ttf",),
        without="digits and Latin letters in 仿宋 lines are set in Noto Serif instead",
    ),
    Package(
        "fonts-lxgw-wenkai",
        ("LXGWWenKai-Regular.ttf",),
        without="rare characters in 楷体 lines are set in Noto Serif instead",
    ),
)
SYSTEM_FOLDERS = (
    Path("/usr/share/fonts/opentype/noto"),
    Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"),
    Path("/usr/share/fonts/truetype/lxgw-wenkai"),
    Path("/usr/share/fonts/truetype/lxgw"),
    Path("/usr/share/fonts/truetype/liberation"),
    Path("/usr/share/fonts/truetype/liberation2"),
)

FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<!-- Written by scripts/fonts.py: the portal's own faces and nothing else. -->
<fontconfig>
  <dir>{target}/faces</dir>
  <cachedir>{target}/cache</cachedir>
{aliases}
</fontconfig>
"""
# A browser in the tests asks for these; on a machine without fonts it gets ours.
ALIASES = {
    "Portal Sans": ("sans-serif", "system-ui", "monospace", "Noto Sans CJK SC"),
    "Portal Serif": ("serif", "Noto Serif CJK SC"),
}
EXTENSIONS = {"Portal Sans": "Portal Sans Ext", "Portal Serif": "Portal Serif Ext"}


class MissingSourceError(Exception):
    """A font source cannot be found or fetched; the message says what to do."""


def main() -> int:
    """Build what is missing and return the exit code."""
    parser = argparse.ArgumentParser(description="Build the print faces of the portal.")
    default = os.environ.get("FONT_DIR") or str(ROOT / "var" / "fonts")
    parser.add_argument("--target", type=Path, default=Path(default))
    target: Path = parser.parse_args().target.resolve()
    if is_current(target):
        return 0
    try:
        build(target)
    except MissingSourceError as error:
        print(f"fonts: {error}", file=sys.stderr)
        return 2
    return 0


def fingerprint(target: Path) -> str:
    """Return what the stamp holds: this script and the folder, whose path is in fonts.conf."""
    return hashlib.sha256(Path(__file__).read_bytes() + str(target).encode()).hexdigest()


def is_current(target: Path) -> bool:
    """Tell whether the folder holds everything this version of the script builds."""
    stamp = target / "stamp"
    try:
        lines = stamp.read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return lines[:1] == [fingerprint(target)] and all((target / f).is_file() for f in lines[1:])


def build(target: Path) -> None:
    """Find or fetch the sources, cut all faces with two processes, write fonts.conf and stamp."""
    (target / "faces").mkdir(parents=True, exist_ok=True)
    (target / "stamp").unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="fonts-") as scratch:
        sources = find_sources(target, Path(scratch))
        faces = [face for face in FACES if face.source in sources]
        # The slowest first, so that both processes end together.
        faces.sort(key=lambda face: face.tier != "rest")
        with ProcessPoolExecutor(max_workers=2) as pool:
            for built in pool.map(
                cut,
                faces,
                *zip(*((sources[f.source], target / "faces") for f in faces), strict=True),
            ):
                print(f"fonts: {built}", file=sys.stderr)
    write_conf(target)
    lines = [fingerprint(target), "fonts.conf", *sorted(f"faces/{face.file}" for face in faces)]
    (target / "stamp").write_text("\n".join(lines) + "\n", encoding="utf-8")


def find_sources(target: Path, scratch: Path) -> dict[str, Path]:
    """Return file name → path of every source, fetching packages that are not there.

    Raises MissingSourceError if a needed one cannot be had; an optional one is only reported.
    """
    found: dict[str, Path] = {}
    for package in PACKAGES:
        folders: list[Path] = [target / "sources", *SYSTEM_FOLDERS]
        if not all(locate(file, folders) for file in package.files):
            folders.append(fetch(package, scratch))
        missing = [file for file in package.files if not locate(file, folders)]
        if missing and not package.without:
            raise MissingSourceError(
                f"{', '.join(missing)} not found. Install {package.name} (as root: "
                f"apt-get install {package.name}) or put the files into {target / 'sources'}, "
                "then run this again."
            )
        if missing:
            print(f"fonts: {package.name} cannot be had here; {package.without}.", file=sys.stderr)
        found |= {f: path for f in package.files if (path := locate(f, folders))}
    return found


def locate(file: str, folders: Iterable[Path]) -> Path | None:
    """Return the first folder's copy of a file."""
    return next((folder / file for folder in folders if (folder / file).is_file()), None)


def fetch(package: Package, scratch: Path) -> Path:
    """Download a package and unpack only its font files; return the folder (empty on failure)."""
    folder = scratch / package.name
    folder.mkdir()
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return folder
    # No package lists yet (a fresh container) or stale ones: try again with lists of our own.
    if not download(package.name, scratch, []):
        download(package.name, scratch, private_lists(scratch))
    for archive in scratch.glob(f"{package.name}_*.deb"):
        unpack(archive, package.files, folder)
        archive.unlink()
    return folder


def private_lists(scratch: Path) -> list[str]:
    """Make package lists of our own, once, which needs no root; return apt's options for them."""
    state = scratch / "apt"
    options = ["-o", f"Dir::State::Lists={state}/lists", "-o", f"Dir::Cache={state}/cache"]
    if not state.exists():
        (state / "lists" / "partial").mkdir(parents=True)
        (state / "cache" / "archives" / "partial").mkdir(parents=True)
        run(["apt-get", "-q", *options, "update"], scratch)
    return options


def download(name: str, folder: Path, options: list[str]) -> bool:
    """Fetch a .deb into a folder; False if apt cannot."""
    print(f"fonts: fetching {name}", file=sys.stderr)
    return run(["apt-get", "-q", *options, "download", name], folder)


def run(command: list[str], folder: Path) -> bool:
    """Run a command quietly with a bound on its time; return whether it succeeded."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def unpack(archive: Path, files: Iterable[str], folder: Path) -> None:
    """Take the named files out of a .deb, flat into a folder."""
    import tarfile

    wanted = set(files)
    with (
        subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive], stdout=subprocess.PIPE) as data,
        tarfile.open(fileobj=data.stdout, mode="r|") as tar,
    ):
        for member in tar:
            name = Path(member.name).name
            content = tar.extractfile(member) if member.isfile() and name in wanted else None
            if content:
                (folder / name).write_bytes(content.read())


def gb2312() -> set[int]:
    """Return the first tier: GB 2312, Latin, general punctuation, full-width forms, units."""
    characters = set(range(0x20, 0x7F)) | set(range(0xA0, 0x100)) | set(range(0x2010, 0x2040))
    characters |= set(range(0x3000, 0x3020)) | set(range(0xFF00, 0xFF66)) | {0x20AC, 0x33A1}
    for code in range(0x80, 0xFFFF):
        try:
            chr(code).encode("gb2312")
        except UnicodeEncodeError:
            continue
        characters.add(code)
    return characters


def latin() -> set[int]:
    """Return ASCII and the accented letters; signs such as · and × stay with the Chinese faces."""
    letters = {code for code in range(0xC0, 0x250) if chr(code).isalpha()}
    return set(range(0x20, 0x7F)) | letters


def cut(face: Face, source: Path, folder: Path) -> str:
    """Cut one face out of its source, rename it, level its metrics; return a line to report."""
    import uharfbuzz as hb
    from fontTools.ttLib import TTFont

    blob = hb.Blob.from_file_path(str(source))
    whole = choose_member(hb, blob, face.member)
    available = set(whole.unicodes)
    wanted = {
        "gb2312": available & gb2312(),
        "rest": available - gb2312(),
        "latin": available & latin(),
        "all": available,
    }
    request = hb.SubsetInput()
    request.unicode_set.update(wanted[face.tier])
    request.flags = hb.SubsetFlags.NOTDEF_OUTLINE | hb.SubsetFlags.NO_HINTING
    request.drop_table_tag_set.update(int.from_bytes(t.encode(), "big") for t in DROPPED_TABLES)
    # Boxes need not be reckoned again, and doing so would take most of the time.
    font = TTFont(io.BytesIO(hb.subset(whole, request).blob.data), recalcBBoxes=False)
    rename(font, face.family, "Bold" if face.bold else "Regular")
    level_metrics(font)
    number_in_order(font)
    temporary = folder / f"{face.file}.part"
    font.save(temporary)
    temporary.replace(folder / face.file)
    size = (folder / face.file).stat().st_size / 1e6
    return f"{face.file}: {face.family}, {len(wanted[face.tier])} characters, {size:.1f} MB"


def choose_member(hb: Any, blob: Any, family: str) -> Any:
    """Return the face of this family in a collection, or the only face."""
    if not family:
        return hb.Face(blob)
    for index in range(hb.Face(blob).count):
        member = hb.Face(blob, index)
        if member.get_name(hb.OTNameIdPredefined.FONT_FAMILY) == family:
            return member
    raise MissingSourceError(f"{family} is not in the collection; use a package of this release.")


def rename(font: Any, family: str, style: str) -> None:
    """Give a face its own family, so that it never mixes with an installed one."""
    table = font["name"]
    licence = {n: table.getDebugName(n) for n in (0, 13, 14) if table.getDebugName(n)}
    table.names = []
    postscript = f"{family}-{style}".replace(" ", "")
    values = {1: family, 2: style, 3: postscript, 4: f"{family} {style}", 6: postscript}
    for number, text in {**values, **licence}.items():
        table.setName(text, number, 3, 1, 0x409)


def level_metrics(font: Any) -> None:
    """Set the ideographic em box as ascent and descent, whatever the source had."""
    em = font["head"].unitsPerEm
    ascent, descent = em * ASCENT // 1000, em * DESCENT // 1000
    font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap = ascent, -descent, 0
    os2 = font["OS/2"]
    os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap = ascent, -descent, 0
    os2.usWinAscent, os2.usWinDescent = ascent, descent


def number_in_order(font: Any) -> None:
    """Give each glyph of a CID-keyed face its position as its number (CID).

    A PDF names glyphs by CID, and WeasyPrint writes positions there. Cutting leaves gaps between
    the old CIDs, so that a reader which looks them up in the face, as the standard says (Acrobat,
    MuPDF), would show other characters or none.
    """
    if "CFF " not in font:
        return
    font.getGlyphOrder()  # names of positions for all other tables, before they change in this one
    top = font["CFF "].cff.topDictIndex[0]
    if not hasattr(top, "ROS"):
        return
    glyphs, old = top.CharStrings.charStrings, list(top.charset)
    top.charset = [".notdef", *(f"cid{position:05d}" for position in range(1, len(old)))]
    top.CharStrings.charStrings = {
        new: glyphs[name] for new, name in zip(top.charset, old, strict=True)
    }
    top.CIDCount = len(old)


def write_conf(target: Path) -> None:
    """Write fonts.conf and warm fontconfig's cache where its tool is there."""
    aliases = [
        f'  <alias binding="same"><family>{name}</family><prefer><family>{family}</family>'
        f"<family>{EXTENSIONS[family]}</family></prefer></alias>"
        for family, names in ALIASES.items()
        for name in names
    ]
    conf = target / "fonts.conf"
    conf.write_text(FONTS_CONF.format(target=target, aliases="\n".join(aliases)), encoding="utf-8")
    if tool := shutil.which("fc-cache"):
        environment = {**os.environ, "FONTCONFIG_FILE": str(conf)}
        subprocess.run([tool], env=environment, check=False, timeout=60)


if __name__ == "__main__":
    sys.exit(main())
