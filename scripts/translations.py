"""The Chinese catalogue: python -m scripts.translations update | check | compile.

update   takes in new texts of code and templates and the entries of locale/parts/*.po
check    fails and lists every text without Chinese, every unsure and every unused entry
compile  writes the .mo file that Django reads, when the catalogue is newer
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.children import ROOT

LOCALE = "zh_Hans"
CATALOGUE = ROOT / "locale" / LOCALE / "LC_MESSAGES" / "django.po"
PARTS = ROOT / "locale" / "parts"
SOURCES = ("portal", "calls", "applications", "reviews", "demo", "templates")
HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: kexie-portal\\n"
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


def tool(*command: str | Path) -> str:
    """Run one of gettext's programs and return what it prints; exit with its words if it fails."""
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stderr}")
    return done.stdout


def extract(folder: Path) -> Path:
    """Write every text of code and templates into a template catalogue and return its path.

    Django's makemessages writes beside the sources; it runs in a folder of links, so that a check
    changes nothing in the project.
    """
    for source in SOURCES:
        (folder / source).symlink_to(ROOT / source)
    (folder / "locale").mkdir()
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "--locale", LOCALE, "--keep-pot",
         "--symlinks", "--no-location", "--extension", "py,html,txt,xml"],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    template = folder / "locale" / "django.pot"
    if done.returncode or not template.exists():
        sys.exit(f"makemessages failed:\n{done.stdout}{done.stderr}")
    return template


def known_entries(folder: Path) -> list[Path]:
    """Return the parts as catalogues of their own: with a header, every text once."""
    pieces = []
    for part in sorted(PARTS.glob("*.po")):
        piece = folder / f"part-{part.name}"
        piece.write_text(HEADER + part.read_text(encoding="utf-8"), encoding="utf-8")
        tool("msguniq", "--use-first", "--output-file", piece, piece)
        pieces.append(piece)
    return pieces


def merged(template: Path, folder: Path, parts: list[Path]) -> Path:
    """Write the catalogue as it should be: the template's texts, our Chinese, nothing guessed.

    An entry of a part wins over the catalogue's, the first part over the later ones.
    """
    if not CATALOGUE.exists():
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        CATALOGUE.write_text(HEADER, encoding="utf-8")
    known, result = folder / "known.po", folder / "django.po"
    tool("msgattrib", "--translated", "--force-po", "--output-file", known, CATALOGUE)
    tool("msgcat", "--use-first", "--force-po", "--output-file", known, *parts, known)
    tool("msgmerge", "--quiet", "--no-fuzzy-matching", "--no-location", "--no-wrap",
         "--output-file", result, known, template)  # fmt: skip
    # the day of the last run would change the file each time and tells nothing
    lines = result.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = (line for line in lines if "POT-Creation-Date" not in line)
    result.write_text("".join(kept), encoding="utf-8")
    return result


def entries(catalogue: Path, *selection: str) -> str:
    """Return the entries of a kind as text, without the header and its empty msgid."""
    text = tool("msgattrib", "--no-wrap", "--no-location", *selection, catalogue)
    blocks = [block for block in text.strip().split("\n\n") if block]
    return "\n\n".join(block for block in blocks if '\nmsgid ""\nmsgstr ""\n"' not in f"\n{block}")


def update() -> int:
    """Write the catalogue anew; texts that left the sources leave it too."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        result = merged(extract(folder), folder, known_entries(folder))
        tool("msgattrib", "--no-obsolete", "--no-wrap", "--output-file", CATALOGUE, result)
        missing = entries(CATALOGUE, "--untranslated")
    print(
        f"{CATALOGUE.relative_to(ROOT)} written; texts without Chinese: {missing.count('msgstr')}"
    )
    return 0


def check() -> int:
    """List what is missing, unsure or unused; return 1 when there is any of it."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        result = merged(extract(folder), folder, [])
        tool("msgfmt", "--check", "--output-file", folder / "django.mo", result)
        findings = {
            "Texts without Chinese": entries(result, "--untranslated", "--no-obsolete"),
            "Entries marked as unsure (fuzzy)": entries(result, "--only-fuzzy", "--no-obsolete"),
            "Entries no text uses any more": entries(result, "--only-obsolete"),
        }
    for what, found in findings.items():
        if found:
            print(f"{what}:\n\n{found}\n")
    return int(any(findings.values()))


def compile_catalogue() -> int:
    """Write the .mo file beside the catalogue unless it is newer already."""
    target = CATALOGUE.with_suffix(".mo")
    if not CATALOGUE.exists():
        sys.exit(f"{CATALOGUE} is missing; python -m scripts.translations update makes it.")
    if not target.exists() or target.stat().st_mtime <= CATALOGUE.stat().st_mtime:
        # written beside and moved, so that a running portal never reads half a file
        fresh = target.with_suffix(".mo.new")
        tool("msgfmt", "--check", "--output-file", fresh, CATALOGUE)
        fresh.replace(target)
    return 0


def main() -> int:
    """Run the wanted action; return the exit code."""
    actions = {"update": update, "check": check, "compile": compile_catalogue}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=actions)
    action = actions[parser.parse_args().action]
    if not shutil.which("msgfmt"):
        sys.exit("GNU gettext is missing: apt-get install gettext")
    return action()


if __name__ == "__main__":
    sys.exit(main())
