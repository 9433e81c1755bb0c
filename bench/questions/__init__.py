"""Questions to logs, beside the tools that others use for them."""
