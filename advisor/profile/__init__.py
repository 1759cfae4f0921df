"""The project profile: its table of fields, the reader, the facts derived from it."""
