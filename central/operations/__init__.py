"""Operating the fleet: stations and their health, the exceptions queue, metrics."""
