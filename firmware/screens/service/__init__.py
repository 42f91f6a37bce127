"""Screens of the service menu, for a technician, behind the door and a PIN: `login.py` is the first, `menu.py` the next."""
