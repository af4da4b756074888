"""Read resources from Azure Resource Manager with the login of ``pulumi up``, for the commands of this package.

Its modules are imported one by one, because Azure's client libraries are slow to import.
"""
