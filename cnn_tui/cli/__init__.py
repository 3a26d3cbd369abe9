"""The commands: each one a thin call into the rooms below."""
