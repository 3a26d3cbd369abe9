"""The parts of the table: each runs its contenders in turn and returns its rows."""
