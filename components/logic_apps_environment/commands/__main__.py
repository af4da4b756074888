"""``python -m logic_apps_environment.commands``, the same as the console command ``logic-apps-environment``."""

from logic_apps_environment.commands import main

main()
