"""The promises of the sandbox."""
