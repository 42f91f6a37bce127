"""Pages and drawings made from the board file and the code: wiring, header, technician's sheet, manual, alarms."""
