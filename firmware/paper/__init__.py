"""Tickets as lines: a motorist's receipt, a technician's print jobs, and the signature in a receipt's QR code."""
