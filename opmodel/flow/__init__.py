"""The flow of requests: names to arrays, drawn demand, state, and the compiled kernel."""
