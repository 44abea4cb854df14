"""Pages of a unit's work: HTTP, messages and redirects, nothing else."""
