"""What a screen works with: events in, effects out, the context it may read, what may be sold."""
