"""The demo: invented units and people in states the portal really reaches, and the smoke walk."""
