"""Speed, measured: `python -m bench [names]`. Ratios to yardsticks of the same run, never to times elsewhere."""
