#!/bin/sh
# Builds the program in two directories and compares the bytes. With FRESH=1 each
# has an empty build cache of its own, so that everything is compiled twice,
# which takes some minutes; without, only what differs between directories is.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
for side in one another/further/away; do
	mkdir -p "$work/$side/temgoc"
	(cd "$root" && git ls-files -coz --exclude-standard -- go.mod go.sum tools/release.sh cmd internal labels storage | xargs -0 tar -cf - 2>/dev/null) | tar -xf - -C "$work/$side/temgoc"
	if [ -n "${FRESH:-}" ]; then
		mkdir -p "$work/$side/cache"
		export GOCACHE="$work/$side/cache"
	fi
	sh "$work/$side/temgoc/tools/release.sh" -v reproducible -a "${ARCHITECTURES:-$(go env GOARCH)}" "$work/$side/release" >/dev/null
done
if ! cmp -s "$work/one/release/SHA256SUMS" "$work/another/further/away/release/SHA256SUMS"; then
	echo "the same source gives other bytes in another directory:" >&2
	cat "$work/one/release/SHA256SUMS" "$work/another/further/away/release/SHA256SUMS" >&2
	exit 1
fi
echo "reproducible: $(cut -c 1-16 "$work/one/release/SHA256SUMS" | tr '\n' ' ')"
