"""nexo Retailer 3.x in JSON: requests of a sale system, answers of its terminal, and how both are framed.

The theory. Everything is `{"SaleToPOIRequest": {"MessageHeader": {...}, "<Category>Request": {...}}}` or the like with
Response, in either direction. A request and its response have the same ServiceID (messages to a device: DeviceID). Amounts are
decimal numbers of the currency (12, 12.0 and 1.2e1 are one amount), never cents and never binary fractions here.

Our reference of a payment is both its ServiceID and its SaleTransactionID.TransactionID: by the first its answer is asked for
again, by the second a receipt or a bank's list is matched. Every other message has a ServiceID of its own.

A card's number, masked or not, its holder and its receipts are in no type of this package: what is not decoded is not kept.

Source: the types and names of nexo Retailer as terminal makers publish them ("nexo Sale to POI Protocol" 3.1; Adyen's
Terminal API; Swedbank Pay's guide for the transport over HTTP).
"""
