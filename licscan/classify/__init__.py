"""The licence catalogue: expression to class, obligations and terms; what counts and what is demoted."""
