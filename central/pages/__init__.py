"""HTML pages and PDF documents for people, made on the server or files beside this one; nothing from elsewhere.

No clock and no wire: the time is an argument, and tests/laws/test_contracts.py holds every file here to it.
"""
