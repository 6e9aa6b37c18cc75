"""What `tools/packages.py` reads packages of distributions with."""
