"""The services: each owns its data, its database and its topic; none imports another."""
