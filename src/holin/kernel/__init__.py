"""Arrays only, no word of parks: linear problems and their solution, power flow of many states at once."""
