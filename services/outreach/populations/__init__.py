"""Population series: the people behind the denominators of T3."""
