"""Template filters of the printed layouts."""
