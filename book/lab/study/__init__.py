"""The training study: which hidden activation learns handwritten digits, at which depth, start and learning rate.

`grid` says what is tried, `run` tries one cell of the grid, ``python -m book.lab.study`` tries them all and writes the
committed tables, `table` reads them, `summary` sums them up for the page and the claims.
"""
