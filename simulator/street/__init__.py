"""A street of stations in virtual time: motorists, faults and operators under one seed, the invariants looked at all along."""
