"""From a seed to cases, from outcomes to verdicts: pure functions on arrays, no processes, no files."""
