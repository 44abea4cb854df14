"""The public pages of calls and notices."""
