"""What a plan is worth: under each structure, by when it must begin, and why there may be none."""
