"""Log lines: how they look, what is never in them, and where they go."""
