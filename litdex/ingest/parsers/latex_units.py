r"""Units as the package siunitx writes them (`\kilo\meter\per\second`), as they are read (`km/s`)."""

from __future__ import annotations

_SI_UNITS = {
    "meter": "m", "metre": "m", "kilogram": "kg", "gram": "g", "second": "s", "ampere": "A", "kelvin": "K",
    "mole": "mol",
    "candela": "cd", "hertz": "Hz", "newton": "N", "pascal": "Pa", "joule": "J", "watt": "W", "coulomb": "C",
    "volt": "V",
    "farad": "F", "ohm": "Ω", "siemens": "S", "weber": "Wb", "tesla": "T", "henry": "H", "celsius": "°C",
    "degreeCelsius": "°C", "electronvolt": "eV", "eV": "eV", "MeV": "MeV", "GeV": "GeV", "TeV": "TeV", "keV": "keV",
    "minute": "min", "hour": "h", "day": "d", "liter": "L", "litre": "L", "bar": "bar", "percent": "%", "angstrom": "Å",
    "barn": "b", "decibel": "dB", "radian": "rad", "steradian": "sr", "parsec": "pc", "per": "/", "squared": "²",
    "cubed": "³", "square": "", "cubic": "", "nm": "nm", "mm": "mm", "cm": "cm", "km": "km", "um": "μm", "kHz": "kHz",
    "MHz": "MHz", "GHz": "GHz", "ms": "ms", "ns": "ns", "us": "μs", "mK": "mK", "K": "K", "m": "m", "s": "s",
    "kg": "kg",
}  # fmt: skip
_SI_PREFIXES = {
    "femto": "f", "pico": "p", "nano": "n", "micro": "μ", "milli": "m", "centi": "c", "deci": "d", "kilo": "k",
    "mega": "M", "giga": "G", "tera": "T", "peta": "P",
}  # fmt: skip


def unit(tokens: list[str]) -> str:
    r"""A unit of siunitx as it is read: `\kilo\meter\per\second` -> "km/s"."""
    pieces: list[str] = []
    glued = True
    for token in tokens:
        name = token.lstrip("\\")
        text = _SI_PREFIXES.get(name) or _SI_UNITS.get(name) or ("" if token[0] in "\\{}" else name)
        if token[0] == "\\" and not glued and text not in ("/", "²", "³"):
            pieces.append(" ")
        pieces.append(text)
        glued = name in _SI_PREFIXES or name == "per" or not text.strip()
    return "".join(pieces).strip()
