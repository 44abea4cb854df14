"""Notices and calls: what may be applied for, by whom, until when."""
