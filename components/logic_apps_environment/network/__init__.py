"""The network of an environment: component, arguments, address plan, rules, look-up and release of subnets."""
