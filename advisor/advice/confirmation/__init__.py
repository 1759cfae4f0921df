"""What a measurement says of an answer."""
