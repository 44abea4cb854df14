"""The public's side of a publicity period: objecting, and looking up what became of it."""
