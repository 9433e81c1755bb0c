"""Two hundred people in twenty live incidents, on PostgreSQL, with two web processes and a worker."""
