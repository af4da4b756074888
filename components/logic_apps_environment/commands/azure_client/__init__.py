"""Asking Azure Resource Manager with the login of ``pulumi up``, for the project's own commands.

It knows nothing of what is asked for; and it only reads. The modules are imported one by one, because Azure's libraries
take a second to import.
"""
