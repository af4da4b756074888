"""Run the component package. Pulumi starts this file for ``pulumi package add`` and programs in other languages."""

from logic_apps_environment.component_package.provider import main

main()
