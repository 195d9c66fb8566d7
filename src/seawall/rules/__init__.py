"""The rules: `spec` is their form, `catalog` finds them, each family is a folder with one file per rule."""
