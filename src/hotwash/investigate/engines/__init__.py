"""The engines for logs that are no files, one file each. `opening` chooses; they all keep the promise of `engine`."""
