"""Units and yearly facts from spreadsheets: parse, plan, apply."""
