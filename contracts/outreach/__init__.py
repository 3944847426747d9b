"""What the outreach service promises: messages, requests and views."""
