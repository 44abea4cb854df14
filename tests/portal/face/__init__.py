"""Tests of the face: wordings, counting, fields, the frame."""
