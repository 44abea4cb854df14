"""Days off and working weekends as staff maintain them, for everything counted in working days."""
