"""From HTML to PDF bytes: the only package that may import WeasyPrint."""
