# Sourced by ./run and ./check: finds a Python that is new enough and puts its name in $python.
python=
for candidate in python3 python3.11 python3.12 python3.13 python3.14; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Se instalează Python…"
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends python3 python3-venv) </dev/null >/dev/null
    python=python3
fi
if [ -z "$python" ]; then
    echo "Facturier are nevoie de Python 3.11 sau mai nou. Instalați cu: sudo apt install python3 python3-venv (pe macOS: brew install python)" >&2
    exit 1
fi
