"""Documents: freeze what is printed, render it once, number it, let anyone verify it."""
