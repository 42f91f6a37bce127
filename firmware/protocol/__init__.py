"""What a station writes down and sends, and the city reads: facts, journal entries, signed messages, entitlement copies."""
