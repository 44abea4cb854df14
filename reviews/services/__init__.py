"""Everything staff do that writes: one module for each task."""
