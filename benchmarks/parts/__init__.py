"""One module for each question. `measure` answers it with rows; nothing is asserted."""
