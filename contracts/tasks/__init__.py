"""What the tasks service promises: messages of ids, codes, states and digests, no words: a task may become secret."""
