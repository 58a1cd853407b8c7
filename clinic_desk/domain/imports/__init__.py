"""Rows of foreign lists turned into values: columns, cells, and what is wrong with them.

Pure: files are opened by `clinic_desk.tabular`, the store is compared by the import use case.
"""
