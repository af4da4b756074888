"""Network security group and route table: arguments, resources, required ports and rules."""
