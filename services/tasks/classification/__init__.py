"""Classification: a task becomes a sealed stub, and everything else about it is erased."""
