"""What the tasks service promises. Messages carry ids, codes, states and digests, never words (domain.md §5)."""
