"""The worker: what is to be done later or again and again, done although processes die."""
