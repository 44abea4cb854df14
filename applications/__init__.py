"""A unit's work: drafting, sign-off, sealing, hand-in and what comes back."""
