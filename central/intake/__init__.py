"""Taking in stations' journals: batches, continuation, alarms."""
