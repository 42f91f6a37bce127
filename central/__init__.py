"""The city's side: takes in stations' journals, keeps the register of rights, answers plate checks."""
