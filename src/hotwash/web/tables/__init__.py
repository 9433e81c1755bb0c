"""The tables: records and their index, accounts, tokens and links, questions that run in the background."""
