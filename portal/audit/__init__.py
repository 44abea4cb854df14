"""What was done, by whom, when: append-only rows, chained by hashes afterwards."""
