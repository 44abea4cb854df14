"""Call files in and out on the command line."""
