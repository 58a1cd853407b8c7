"""What the start does not read: nothing of the network before somebody talks to an upstream."""

import subprocess
import sys

_NETWORK = ("httpx", "httpcore", "authlib", "starlette", "uvicorn")


def _read_by(statements: str, names: tuple[str, ...]) -> set[str]:
    """Those of the modules that a fresh process has read after the statements."""
    program = f"import sys\n{statements}\nprint(*[name for name in {names!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_opening_a_profile_and_its_window_reads_nothing_of_the_network() -> None:
    window = "import clinic_desk.bootstrap, clinic_desk.ui.program, clinic_desk.ui.clinic_window"
    assert _read_by(window, _NETWORK) == set()


def test_a_start_without_a_command_reads_the_window_alone() -> None:
    bare = "from clinic_desk.commands.main import _parser\n_parser({said!r})"
    for said in ([], ["--lang", "ru", "--json"], ["--profile=practice"], ["open", "--lang", "kk"]):
        assert _read_by(bare.format(said=said), ("sqlalchemy", "clinic_desk.bootstrap")) == set()
