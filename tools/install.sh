#!/bin/sh
# Installs the Debian packages that the tests need: Chromium, rasterisers and
# decoders for printed sheets, the checker of alert rules, PostgreSQL under FerretDB, strace, nginx. Does nothing when all
# are there, and only says what is missing when it may not install.
set -eu

missing=
need() { # need COMMAND PACKAGE
	command -v "$1" >/dev/null 2>&1 || [ -x "/usr/lib/postgresql/15/bin/$1" ] || missing="$missing $2"
}
need chromium chromium
need gs ghostscript
need pdftoppm poppler-utils
need mutool mupdf-tools
need zbarimg zbar-tools
need ZXingReader zxing-cpp-tools
need qpdf qpdf
need initdb postgresql
need npm npm
need promtool prometheus
need nginx nginx
need systemd-analyze systemd
need openssl openssl
need strace strace
# Chromium's own words, on dates and file inputs, are Vietnamese for its users.
[ -e /usr/lib/chromium/locales/vi.pak ] || ! command -v apt-get >/dev/null 2>&1 || missing="$missing chromium-l10n"

if [ -z "$missing" ]; then
	exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
	echo "install these first:$missing" >&2
	exit 1
fi
# The tests start a PostgreSQL of their own; Debian's need not run.
mkdir -p /etc/postgresql-common/createcluster.d
echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/temgoc.conf
export DEBIAN_FRONTEND=noninteractive
# Nor need nginx: services are not started in this runlevel.
export RUNLEVEL=1
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >/dev/null
