"""The report of a calibration: its content and its JSON."""
