"""Other engines on one fixed workload: how fast opmodel is, and whether it gets the same answer."""
