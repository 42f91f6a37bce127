"""Requests to other servers, each over within a time and a length."""
