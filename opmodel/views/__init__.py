"""Pages of the browser app, one module each: read widgets, ask one verb, show the answer."""
