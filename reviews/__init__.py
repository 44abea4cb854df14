"""The association's work on what was handed in: check, decide, publish, export."""
