"""Activities: the pieces of work of a plan."""
