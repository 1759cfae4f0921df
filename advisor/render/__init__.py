"""Results as text, JSON and Markdown: pure functions to a string, one registry per kind of result."""
