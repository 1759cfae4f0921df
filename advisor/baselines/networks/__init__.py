"""What the networks of every data structure share: the training loop and its optimiser."""
