"""The technician's PC: cards are flashed here, images built, wiring drawn. Nothing that ships imports it."""
