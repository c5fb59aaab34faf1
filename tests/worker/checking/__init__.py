"""What a lane does about a post in doubt where on_unknown = "check"."""
