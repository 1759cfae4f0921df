"""What lies in a folder of pretrained weights, for every data structure whose models can load some."""
