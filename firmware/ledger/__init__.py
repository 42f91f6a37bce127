"""Folds over the journal's facts: open payments, stays, counters, PIN lock-out, evidence about the clock."""
