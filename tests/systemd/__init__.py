"""The bridge as a service, on a Debian 12 that is made and booted for these tests."""
