"""Candidates simulated in futures: in pieces, on any executor, kept in a folder; and once more on fresh ones."""
