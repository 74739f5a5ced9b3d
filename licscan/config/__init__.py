"""The user's configuration: where it stands, what it says, and from where its paths count."""
