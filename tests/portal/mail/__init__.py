"""Tests of mail and inbox."""
