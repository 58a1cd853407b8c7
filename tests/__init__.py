"""Tests of Clinic Desk, a folder for each layer."""
