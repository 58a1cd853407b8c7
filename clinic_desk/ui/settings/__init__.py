"""Settings at the window: clinic, desk, printer, look, scanner test, about."""
