"""Long work: a row a person can watch while a worker imports, exports or prints."""
