"""Registering a person, and changing one, with likely matches shown while typing."""
