"""The program of a stack: its configuration and its resource group."""
