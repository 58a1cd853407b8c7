"""Those whom the authority plays: hospital bureau and suppliers, register, Fund, receiver of complaints."""
