"""Microsoft.Network: virtual networks, subnets, network security groups and route tables."""
