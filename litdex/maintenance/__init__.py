"""Keep a library whole: check it, repair it, rebuild its engines, back it up."""
