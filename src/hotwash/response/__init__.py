"""What responders do: the desk through which everything enters a record, and what is done at it."""
