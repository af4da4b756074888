"""The settings of pip as environment variables for uv, which does not read pip's configuration."""

import os
from collections.abc import Mapping
from configparser import Error, RawConfigParser
from pathlib import Path

VARIABLES = {
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "index-url": "UV_DEFAULT_INDEX",
    "proxy": "ALL_PROXY",
    "trusted-host": "UV_INSECURE_HOST",
}
"""The variables of uv (https://docs.astral.sh/uv/reference/environment/) by the options of pip."""

SECTIONS = ("global", "install")
"""The sections of pip's configuration that apply to ``pip install``; the later one overrides the other one."""


def uv_variables(variables: Mapping[str, str], *, files: list[Path] | None = None) -> dict[str, str]:
    """Return the environment variables with those for uv that correspond to pip's configuration.

    Variables of uv that are set win. Like pip, uv trusts the certificate authorities of the operating system and
    considers all indexes for each package, which is safe, because the lock files have the hashes of all packages.

    Args:
        variables: the environment variables.
        files: the configuration files of pip instead of those of the machine, in the order in which pip reads them.
    """
    parser = _PipConfiguration()
    try:
        parser.read(_configuration_files(variables) if files is None else files, encoding="utf-8")
    except (Error, UnicodeDecodeError):
        return dict(variables)  # pip, which runs next, states what is wrong
    result = {"UV_SYSTEM_CERTS": "true", "UV_INDEX_STRATEGY": "unsafe-best-match"}
    for option, variable in VARIABLES.items():
        found = [parser.get(section, option, fallback=None) for section in SECTIONS]
        found.append(variables.get(f"PIP_{option.upper().replace('-', '_')}"))
        for value in filter(None, found):
            result[variable] = " ".join(value.split())
    return result | dict(variables)


class _PipConfiguration(RawConfigParser):
    def optionxform(self, optionstr: str) -> str:
        """Return the name of an option as in ``VARIABLES``."""
        return optionstr.lower().replace("_", "-")


def _configuration_files(variables: Mapping[str, str]) -> list[Path]:
    """Return pip's configuration files (https://pip.pypa.io/en/stable/topics/configuration/)."""
    given = variables.get("PIP_CONFIG_FILE")
    if given == os.devnull:
        return []
    home = Path(variables.get("HOME", "/"))
    system = variables.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":")
    user = variables.get("XDG_CONFIG_HOME") or home / ".config"
    mac = "Library/Application Support"
    folders = [Path("/", mac), *map(Path, system), Path("/etc"), home / ".pip", home / mac, Path(user)]
    paths = [folder / ("pip.conf" if folder.name in ("etc", ".pip") else "pip/pip.conf") for folder in folders]
    return [*paths, *([Path(given)] if given else [])]
