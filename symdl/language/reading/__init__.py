"""From surface tree to typed tree: a family of notation a file. `context` holds the state of one line."""
