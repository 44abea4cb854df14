"""What staff do to calls and notices in the admin."""

from calls.admin import calls, notices

__all__ = ("calls", "notices")
