"""What changes applications: keyword-only functions that know no HTTP."""
