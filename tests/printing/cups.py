"""A CUPS server of its own, for tests of real printing: own folders, own socket, queues into files."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

CLIENT_TIMEOUT_S = 20

_SERVER_PROGRAMS = Path("/usr/lib/cups")
# Writes what a printer would get into a file, and beside it the job's title and options.
_BACKEND = """\
#!/bin/sh
[ $# -eq 0 ] && { echo 'direct tofile "Unknown" "File"'; exit 0; }
out=${DEVICE_URI#tofile:}
printf '%s\\n%s\\n%s\\n' "$3" "$4" "$5" > "$out.job"
cat "${6:--}" > "$out"
"""

_FILES_CONF = """\
ServerRoot {root}/etc
CacheDir {root}/cache
StateDir {root}/state
RequestRoot {root}/spool
TempDir {root}/tmp
AccessLog {root}/log/access
ErrorLog {root}/log/error
PageLog {root}/log/page
ServerBin {root}/bin
Sandboxing Relaxed
LogFileGroup {group}
User {user}
Group {group}
SystemGroup {system_group}
"""

_CUPSD_CONF = """\
Listen {socket}
LogLevel warn
Browsing No
BrowseWebIF No
WebInterface No
DefaultAuthType None
MaxLogSize 0
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
"""


class CupsServer:
    """A running server; clients reach it with `CUPS_SERVER` set to `socket`. End it with `stop`."""

    def __init__(self) -> None:
        # Not under pytest's folder: the server gives up root and must still reach its files.
        self.root = Path(tempfile.mkdtemp(prefix="clinic-desk-cups-"))
        self.root.chmod(0o755)
        self.socket = self.root / "cups.sock"
        is_root = os.geteuid() == 0
        account = pwd.getpwnam("lp") if is_root else pwd.getpwuid(os.geteuid())
        group = "lp" if is_root else str(os.getegid())
        for name in ("etc", "cache", "state", "spool", "spool/tmp", "tmp", "log", "out"):
            (self.root / name).mkdir(mode=0o770)
            if is_root:
                os.chown(self.root / name, account.pw_uid, account.pw_gid)
        (self.root / "bin/backend").mkdir(parents=True)
        for name in ("daemon", "filter", "monitor", "notifier", "driver", "cgi-bin"):
            (self.root / "bin" / name).symlink_to(_SERVER_PROGRAMS / name)
        backend = self.root / "bin/backend/tofile"
        backend.write_text(_BACKEND)
        for path in (self.root / "bin", backend.parent, backend):
            path.chmod(0o755)
        settings = {
            "root": self.root,
            "user": account.pw_name,
            "group": group,
            "system_group": "root" if is_root else "lpadmin",
            "socket": self.socket,
        }
        files, daemon = self.root / "etc/cups-files.conf", self.root / "etc/cupsd.conf"
        files.write_text(_FILES_CONF.format(**settings))
        daemon.write_text(_CUPSD_CONF.format(**settings))
        program = shutil.which("cupsd", path=f"{os.environ['PATH']}:/usr/sbin")
        assert program, "cupsd is missing: ./test installs it"
        self._process = subprocess.Popen(
            [program, "-f", "-c", str(daemon), "-s", str(files)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.environ = os.environ | {"CUPS_SERVER": str(self.socket), "LC_ALL": "C"}
        deadline = time.monotonic() + CLIENT_TIMEOUT_S
        while self._ask("lpstat", "-r").strip() != "scheduler is running":
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)

    def add_queue(self, name: str, *, is_default: bool = False) -> Path:
        """A queue that writes each job as it came into the returned file, title and options into `.job`."""
        out = self.root / "out" / f"{name}.prn"
        self.run("lpadmin", "-p", name, "-E", "-v", f"tofile:{out}", "-m", "raw")
        if is_default:
            self.run("lpadmin", "-d", name)
        return out

    def run(self, command: str, *arguments: str) -> str:
        """The output of a CUPS command against this server; it must succeed."""
        program = shutil.which(command, path=f"{os.environ['PATH']}:/usr/sbin")
        assert program, command
        done = subprocess.run(
            [program, *arguments],
            env=self.environ,
            capture_output=True,
            check=False,
            text=True,
            timeout=CLIENT_TIMEOUT_S,
        )
        assert done.returncode == 0, (command, arguments, done.stderr, self.log())
        return done.stdout

    def waiting_jobs(self) -> list[str]:
        """The ids of jobs that are not done."""
        return [line.split()[0] for line in self.run("lpstat", "-o").splitlines()]

    def wait_for(self, out: Path) -> bytes:
        """The content of a queue's file once no job is left."""
        deadline = time.monotonic() + CLIENT_TIMEOUT_S
        while self.waiting_jobs() or not out.exists() or not out.stat().st_size:
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)
        return out.read_bytes()

    def log(self) -> str:
        """What the server had to say."""
        path = self.root / "log/error"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def stop(self) -> None:
        """Ends the server and removes its folders."""
        self._process.terminate()
        try:
            self._process.wait(CLIENT_TIMEOUT_S)
        finally:
            self._process.kill()
            self._process.wait()
            shutil.rmtree(self.root, ignore_errors=True)

    def _ask(self, *command: str) -> str:
        return subprocess.run(
            command,
            env=self.environ,
            capture_output=True,
            check=False,
            text=True,
            timeout=CLIENT_TIMEOUT_S,
        ).stdout
