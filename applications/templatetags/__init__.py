"""Template filters of answers."""
