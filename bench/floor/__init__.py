"""The least that Django itself costs for the same pages: what `bench.pages` compares with."""
