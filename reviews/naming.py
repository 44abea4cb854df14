"""Names of exported files and folders by a pattern such as “{编号}-{单位}”."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from django.utils.translation import gettext as _

from portal.face.wording import listed
from portal.files.names import clean_name

# What stands for what is Chinese whatever language the person reads, as the archives' names are.
FILE_WORDS = ("通知", "年度", "日期")
FOLDER_WORDS = ("编号", "单位", "项目", "类别", "结果", "名次")
FILE_PATTERN, FOLDER_PATTERN = "{通知}", "{编号}"
MOST_CHARACTERS = 120
_WORD = re.compile(r"\{([^{}]*)\}")


def refusals(pattern: str, words: Collection[str]) -> list[str]:
    """Return what is wrong with a pattern, as sentences; ``words`` may stand in braces."""
    found = []
    unknown = [word for word in _WORD.findall(pattern) if word not in words]
    if unknown or re.search(r"[{}]", _WORD.sub("", pattern)):
        known = listed(f"{{{word}}}" for word in words)
        found.append(_("In braces only these may stand: %(words)s.") % {"words": known})
    if len(pattern) > MOST_CHARACTERS:
        found.append(_("The pattern has at most %(most)d characters.") % {"most": MOST_CHARACTERS})
    return found


def filled(pattern: str, values: Mapping[str, object]) -> str:
    """Return the name a pattern gives; what could leave the folder or break a name is cleaned."""
    name = _WORD.sub(lambda match: str(values.get(match.group(1)) or ""), pattern)
    return clean_name(name.replace("/", "-").replace("\\", "-").strip(" .-") or "-")


class Names:
    """Gives each name once: a second one alike gets a number behind it."""

    def __init__(self) -> None:
        """Begin with no name given."""
        self._given: set[str] = set()

    def give(self, name: str) -> str:
        """Return the name, or the first free one like it; case does not tell names apart."""
        free, turn = name, 1
        while free.casefold() in self._given:
            turn += 1
            free = f"{name}-{turn}"
        self._given.add(free.casefold())
        return free


def words_said(words: Iterable[str]) -> str:
    """Return the words as they are typed: {编号} {单位}."""
    return " ".join(f"{{{word}}}" for word in words)
