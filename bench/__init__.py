"""Measurements, to be run by hand: `python -m bench.NAME`; results in docs/benchmarks.md."""
