"""How the database came to its present shape, one revision after the other. See central/store.py."""
