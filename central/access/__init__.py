"""Who may call: bearer tokens with scopes, rate limits, authentication of stations."""
