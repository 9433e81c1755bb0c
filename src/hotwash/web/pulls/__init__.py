"""Sources that are asked at an interval: set up, run by the worker, shown with their lag and their last fault."""
