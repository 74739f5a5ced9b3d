"""The application behind the commands: what a run is made of, and what each job does with it. No terminal, no options of click."""
