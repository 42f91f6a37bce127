"""What a station is made of. Imports nothing of the other rooms."""
