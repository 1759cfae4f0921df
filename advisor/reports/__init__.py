"""What commands give out: frozen rows, one module for each kind of result, and reading printed results back."""
