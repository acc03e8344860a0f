#!/bin/sh
# Builds the servers that the tests start, MinIO and FerretDB, and pdfcpu, which
# judges PDF files, into .tools/bin at the repository's root, and installs what
# the browser tests need. Does nothing for a program whose module (go.mod,
# go.sum, sources) and Go version are those it was built from. Modules are
# checked against go.sum, packages of the npm registry against package-lock.json.
# The first build of MinIO takes some minutes.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
bin=$root/.tools/bin
mkdir -p "$bin"

# build NAME PACKAGE: builds PACKAGE in the module tools/NAME.
build() {
	cd "$root/tools/$1"
	wanted=$( (go version; cat go.mod go.sum ./*.go) | sha256sum)
	if [ -x "$bin/$1" ] && [ "$(cat "$bin/$1.sum" 2>/dev/null)" = "$wanted" ]; then
		echo "tools: $1 is up to date"
		return
	fi
	echo "tools: building $1"
	# To a file of its own first: another run may be using the old one.
	go build -ldflags='-s -w' -o "$bin/$1.$$" "$2"
	mv "$bin/$1.$$" "$bin/$1"
	echo "$wanted" >"$bin/$1.sum"
	echo "tools: built .tools/bin/$1"
}

# Rules of accessibility for the browser tests, from the npm registry.
browser() {
	wanted=$(cat "$root/tools/browser/package.json" "$root/tools/browser/package-lock.json" | sha256sum)
	if [ "$(cat "$root/.tools/browser/sum" 2>/dev/null)" = "$wanted" ]; then
		echo "tools: browser is up to date"
		return
	fi
	mkdir -p "$root/.tools/browser"
	cp "$root/tools/browser/package.json" "$root/tools/browser/package-lock.json" "$root/.tools/browser/"
	(cd "$root/.tools/browser" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
	echo "$wanted" >"$root/.tools/browser/sum"
	echo "tools: installed .tools/browser"
}

browser
build pdfcpu github.com/pdfcpu/pdfcpu/cmd/pdfcpu
build ferretdb .
build minio github.com/minio/minio
