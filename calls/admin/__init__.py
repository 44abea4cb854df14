"""What staff do to calls and notices in the admin."""
