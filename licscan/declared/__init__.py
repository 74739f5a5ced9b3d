"""What users declare about their product, in whatever spelling, as the values that licence terms are compared with.

Each reader returns a canonical value or raises ``ValueError`` with what is expected and the nearest known words.
"""
