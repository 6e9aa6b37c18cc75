"""What built a program, from its own bytes."""
