"""What is done with seals: taking them in, using them."""
