"""Speed, measured: `python -m bench [names]`. Ratios against yardsticks of the same run, never times of other machines."""
