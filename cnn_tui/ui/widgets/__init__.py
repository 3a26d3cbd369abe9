"""What draws: each widget is given values and says what was done to it."""
