"""Call files: a call as YAML that people can read, write, mail and keep (docs/call-files.md)."""

from calls.callfile.reading import read_call
from calls.callfile.writing import write_call

__all__ = ("read_call", "write_call")
