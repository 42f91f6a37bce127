"""Parking cards of professionals and residents: products, prices, periods, numbers of cards, and the states of a request.

Deliberations 2017 DVD 14-2° (residents, low emission) and 14-3° (professionals) of the city of Paris.
"""
