"""The register: parking rights, holdings of plates, what is published to stations."""
