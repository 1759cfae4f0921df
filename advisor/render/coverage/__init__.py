"""The report of what carries each row of what the advisor must know."""
