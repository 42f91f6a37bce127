"""The station's side of the link to the city: journal sync, publication pull, request signing, published files."""
