"""The component library: models and rules by themselves, components and program on a recording monitor."""
