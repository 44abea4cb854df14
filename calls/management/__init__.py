"""Commands of calls."""
