"""Values of the service menu: people with PINs, readings, print jobs, the alarm catalogue."""
