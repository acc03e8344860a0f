#!/bin/sh
# Builds the program for every machine that it is released for, into a directory:
#
#	tools/release.sh [-v VERSION] [-a "amd64 arm64"] DIRECTORY
#
# one static binary each, and SHA256SUMS. GOTOOLCHAIN says with which Go.
# The same source, version and Go give the same bytes on any machine and in any
# directory, so that anybody can build a release again and compare.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
version= architectures="amd64 arm64"
while getopts v:a: option; do
	case $option in
	v) version=$OPTARG ;;
	a) architectures=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ $# = 1 ] || { echo "usage: tools/release.sh [-v VERSION] [-a ARCHITECTURES] DIRECTORY" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)

cd "$root"
[ -n "$version" ] || version=$(git describe --tags --always --dirty)
# What the caller has set for own builds must not get into a release.
unset GOFLAGS GOAMD64 GOARM64 GOEXPERIMENT GODEBUG
export CGO_ENABLED=0 GOOS=linux GOWORK=off
for GOARCH in $architectures; do
	export GOARCH
	# The version is said, not found out: a source archive knows of no Git.
	go build -trimpath -buildvcs=false -mod=readonly -p "${JOBS:-$(nproc)}" \
		-ldflags "-s -w -buildid= -X temgoc/internal/version.stamped=$version" -o "$out/temgoc-linux-$GOARCH" ./cmd/temgoc
done
unset GOOS GOARCH
cd "$out"
sha256sum temgoc-linux-* >SHA256SUMS
echo "$version: $out"
