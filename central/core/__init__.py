"""What every part of the city's register uses: the city and its rules, signing key, problem documents, audit trail, logs."""
