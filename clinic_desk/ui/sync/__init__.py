"""What a registrar sees of sending and receiving."""
