"""A station as a process on its computer: its folder, its supervisor's watchdog, signals, clock monitoring."""
