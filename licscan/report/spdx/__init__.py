"""The SPDX 2.3 SBOM as JSON; docs/sbom.md says what stands where."""
