"""The CycloneDX SBOM, 1.5 to 1.7, as JSON and XML; docs/sbom.md says what stands where."""
