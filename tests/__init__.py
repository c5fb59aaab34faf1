"""What the bridge promises, as tests. `test_bridge` walks the whole way."""
