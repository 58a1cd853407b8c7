"""People who may be here twice: side by side, merged, told apart."""
