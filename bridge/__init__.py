"""Brings the messages of NexusGPT agents to the Slack and Discord channels that a routing table names."""

__version__ = "0.1.0"
