"""The licences of AI models: the register, lookups by id, descriptions of their terms, and the phrases that they want displayed."""
