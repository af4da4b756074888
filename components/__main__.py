"""The component package as Pulumi runs it: by its folder, whose name and place are of Pulumi's choosing.

The modules beside this one know each other as parts of a package, so the folder is imported as one, under the name that
the library has where it is installed.
"""

import importlib
import importlib.util
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
PACKAGE = "logic_apps_environment"


def import_folder() -> None:
    """Imports the folder as the package.

    Raises:
        ImportError: what it needs is not installed.
    """
    spec = importlib.util.spec_from_file_location(
        PACKAGE, FOLDER / "__init__.py", submodule_search_locations=[str(FOLDER)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{FOLDER} is no Python package")
    sys.modules[PACKAGE] = package = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(package)


if __name__ == "__main__":
    import_folder()
    importlib.import_module(f"{PACKAGE}.component_package").main()
