"""Plans: drafted, approved, promulgated by a document, amended, adopted, revoked."""
