"""What people say without a name: contributions to a post-mortem, and answers to its pulse."""
