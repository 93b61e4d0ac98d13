"""Days of e-Factura in seconds: everything that can go wrong, by a seed, and what must hold after each step."""
