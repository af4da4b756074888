"""Microsoft.Resources: subscriptions, resource groups, registration and locations."""
