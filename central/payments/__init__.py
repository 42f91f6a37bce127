"""Payment of what the counter sells: a provider's port, its notifications, an HTTP driver, and a sandbox at the far end.

No clock: the time is an argument. The driver and the sandbox speak HTTP; everything else here is values.
"""
