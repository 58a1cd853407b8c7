"""Reading tables that other programs wrote: CSV and XLSX."""
