"""The store: real files, real locks, real kills."""
