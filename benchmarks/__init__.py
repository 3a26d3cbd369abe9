"""Speed side by side with peers, on the machine at hand: `python -m benchmarks`."""
