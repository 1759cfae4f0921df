"""Which question is worth most, and how it is asked."""
