"""What any service stands on; not one word of the domain."""
