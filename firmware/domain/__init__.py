"""Values of parking: plate, sector, purchase, parking right, money, site."""
