"""What is asked for: data, model and training as frozen values, and the arithmetic on them. No torch, no numpy."""
