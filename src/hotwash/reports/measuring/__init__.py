"""Figures of many incidents: what each contributes (`figures`), how a few numbers are summed up (`summing`), and what
the organisation's log says as a whole (`metrics`, `recurrence`, `effects`, `costs`, `risk`).

Pure readings of lines that are kept beside the records: none folds a record, none looks at a clock.
"""
