"""Explorer: every screen of the station, reached by feeding every event to every screen."""
