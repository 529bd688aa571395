"""opmodel."""
