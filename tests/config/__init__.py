"""The config: what it may say, where it may come from, and what is told when it is wrong."""
