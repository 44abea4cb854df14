"""YAML to plain data, remembering on which line every entry stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml
from django.utils.translation import gettext as _

from calls.callfile.scalars import plain_scalars
from calls.callfile.schema import VALIDATOR
from calls.rules.sentences import Path, sentences
from portal.errors import RuleViolation

MAX_BYTES = 1_000_000


class _Loader(yaml.SafeLoader):
    """Reads days as text and only ``true`` and ``false`` as flags: yes and no are words."""


_Loader.yaml_implicit_resolvers = plain_scalars(
    yaml.SafeLoader.yaml_implicit_resolvers, bools=False
)
for _word, _letter in (("true", "t"), ("false", "f")):
    _Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(f"^{_word}$"), [_letter])


@dataclass(frozen=True, slots=True)
class Parsed:
    """The data of a file and the line of every entry, by its path."""

    data: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """Return the line of an entry, or of the nearest one around it."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)

    def at(self, path: Path, sentence: str) -> str:
        """Return a sentence with the line it speaks of."""
        return _("Line %(line)s: %(sentence)s") % {"line": self.line(path), "sentence": sentence}


def parse(text: str) -> Parsed:
    """Read a call file and hold it against the format.

    Raises ``RuleViolation`` with a sentence and a line for everything that is wrong.
    """
    if len(text.encode()) > MAX_BYTES:
        raise RuleViolation([_("The file is larger than a call file can be.")])
    parsed = _read(text)
    if wrong := sentences(VALIDATOR, parsed.data, _("the file")):
        raise RuleViolation([parsed.at(path, sentence) for path, sentence in wrong])
    return parsed


def _read(text: str) -> Parsed:
    lines: dict[Path, int] = {}
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            raise RuleViolation([_("The file is empty.")])
        data = _value(loader, node, (), lines, frozenset())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = {"line": mark.line + 1 if mark else 1, "problem": error.problem}
        raise RuleViolation([_("Line %(line)s: not YAML: %(problem)s.") % words]) from error
    except yaml.YAMLError as error:
        raise RuleViolation(
            [_("The file is not YAML: %(problem)s") % {"problem": error}]
        ) from error
    return Parsed(data, lines)


def _value(
    loader: _Loader, node: yaml.Node, path: Path, lines: dict[Path, int], above: frozenset[int]
) -> Any:
    """Build one value, noting its line; entries given twice and references are refused."""
    line = node.start_mark.line + 1
    lines[path] = line
    if len(lines) > MAX_BYTES // 10 or id(node) in above:
        raise RuleViolation([_("Line %(line)s: too many references.") % {"line": line}])
    above |= {id(node)}
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, one, (*path, n), lines, above) for n, one in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return loader.construct_object(node)
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in found:
            words = {"line": key_node.start_mark.line + 1, "key": key}
            raise RuleViolation([_("Line %(line)s: “%(key)s” is given twice.") % words])
        found[key] = _value(loader, value_node, (*path, key), lines, above)
        lines[(*path, key)] = key_node.start_mark.line + 1
    return found
