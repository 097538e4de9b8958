#!/bin/sh
# Installs Veredas on this computer, without a network, and starts it. Once it is installed it only starts.
#   sh install.sh [FOLDER]     where it is installed; without one, in ~/veredas
set -eu
stick=$(cd "$(dirname "$0")" && pwd)
place=${1:-$HOME/veredas}
[ ! -e "$stick/installed" ] || place=$stick  # run from there
need=@PYTHON@

if [ ! -e "$place/installed" ]; then
  for python in "python$need" python3 python; do
    has=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true)
    [ "$has" != "$need" ] || break
  done
  if [ "$has" != "$need" ]; then
    echo "Veredas needs Python $need here, and finds ${has:-none}. Install it, then run this again." >&2
    echo "O Veredas precisa do Python $need e encontra: ${has:-nenhum}. Instale-o e execute isto de novo." >&2
    exit 1
  fi
  mkdir -p "$place"
  cp -R "$stick/app/." "$stick/install.sh" "$place/"
  for part in hub photos photos.tar; do
    [ ! -e "$stick/$part" ] || cp -R "$stick/$part" "$place/"
  done
  "$python" -m venv "$place/.venv"
  "$place/.venv/bin/python" -m pip --isolated install --no-index --find-links "$stick/wheels" \
    --disable-pip-version-check -r "$place/requirements.txt"
  touch "$place/installed"
fi

cd "$place"
export HF_HUB_OFFLINE=1
[ ! -d hub ] || export HF_HOME="$place/hub"
for photos in photos photos.tar; do
  [ ! -e "$photos" ] || export VEREDAS_PHOTOS="$place/$photos"
done
exec .venv/bin/python app.py
