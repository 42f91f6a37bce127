"""Tools of the technician's computer: flashing, images, bundles, tariff files, drawings. Nothing that ships imports it."""
