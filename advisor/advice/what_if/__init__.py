"""How an answer moves along a field, and why two answers differ."""
