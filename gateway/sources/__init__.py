"""What the services answer, in batches: one module per service, and one for figures, which every service computes."""
