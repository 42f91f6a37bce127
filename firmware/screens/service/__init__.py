"""The service menu: for a technician, behind the door and a PIN. The first screen is in `login.py`, the way on in `menu.py`."""
