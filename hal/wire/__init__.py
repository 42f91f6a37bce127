"""Codecs: bytes of a wire protocol <-> frozen values, one file per protocol."""
