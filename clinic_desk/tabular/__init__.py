"""Reads foreign lists (CSV, XLSX) into tables; the only user of openpyxl."""
