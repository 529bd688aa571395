"""What was found, in words, tables, one document and a scenario file."""
