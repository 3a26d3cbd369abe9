"""Other people's files turned into our models and back."""
