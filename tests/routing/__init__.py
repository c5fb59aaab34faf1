"""Routing: which destinations a message goes to, and why."""
