# Prepares this machine where that is needed and starts Clinic Desk.
#   .\run.ps1           the practice clinic in a window
#   .\run.ps1 ARGS      clinic-desk ARGS
$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$venv = Join-Path $root '.venv'
$python = Join-Path $venv 'Scripts\python.exe'
$lock = Join-Path $root 'packaging\lock\runtime.txt'
$stamp = Join-Path $venv 'installed-runtime'

function Say([string] $text) { [Console]::Error.WriteLine($text) }

# The command that starts a Python 3.11 or newer, as a list of words; empty if there is none.
function Find-Python {
    # Windows PowerShell makes an exception of a program's stderr otherwise.
    $ErrorActionPreference = 'Continue'
    $candidates = @(
        @('py', '-3.13'), @('py', '-3.12'), @('py', '-3.11'), @('python'), @('python3')
    )
    foreach ($candidate in $candidates) {
        if (-not (Get-Command $candidate[0] -ErrorAction SilentlyContinue)) { continue }
        $rest = @($candidate | Select-Object -Skip 1)
        & $candidate[0] @rest -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>$null
        if ($LASTEXITCODE -eq 0) { return , $candidate }
    }
    return , @()
}

function Test-Environment {
    $ErrorActionPreference = 'Continue'
    if (-not (Test-Path $python)) { return $false }
    & $python -c 'pass' 2>$null
    return $LASTEXITCODE -eq 0
}

$wanted = "$((Get-FileHash -Algorithm SHA256 -Path $lock).Hash) $root"
$ready = (Test-Path $stamp) -and ((Get-Content -Raw $stamp).Trim() -eq $wanted) -and (Test-Environment)
if (-not $ready) {
    if (-not (Test-Environment)) {
        $found = Find-Python
        if ($found.Count -eq 0) {
            Say 'Clinic Desk needs Python 3.11 or newer. Install it from python.org, then try again.'
            exit 1
        }
        Say 'Making .venv'
        $rest = @($found | Select-Object -Skip 1)
        & $found[0] @rest -m venv --clear $venv
        if ($LASTEXITCODE -ne 0) { exit 1 }
    }
    Say 'Installing runtime dependencies'
    & $python -m pip install --quiet --disable-pip-version-check --require-hashes -r $lock
    if ($LASTEXITCODE -ne 0) { exit 1 }
    & $python (Join-Path $root 'packaging\link_checkout.py')
    if ($LASTEXITCODE -ne 0) { exit 1 }
    [IO.File]::WriteAllText($stamp, $wanted)
}

$words = if ($args.Count -gt 0) { $args } else { @('practice') }
& $python -P -m clinic_desk @words
exit $LASTEXITCODE
