"""Manifests, lockfiles and installed trees to components and dependencies."""
