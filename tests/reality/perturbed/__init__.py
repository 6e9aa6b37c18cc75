"""Real programs and roots with one thing spoiled, so that they meet what people meet."""
