"""Tables: reading, checks, and models of their columns."""
