"""标准: readings in; the class of an edition chosen by the observation's date, its inputs and why, out."""
