"""What changes calls and notices: each verb in one transaction, with its audit row."""
