#!/bin/sh
# Builds the servers that the tests start, MinIO and FerretDB, and pdfcpu, which
# judges PDF files, into .tools/bin at the repository's root, and installs rules
# of accessibility for the browser tests and a renderer of ZPL. Does nothing for a
# program whose module (go.mod, go.sum, sources) and Go version are those it was
# built from. Modules are checked against go.sum, packages of the npm registry
# against package-lock.json.
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

# packages NAME: installs the npm packages of tools/NAME into .tools/NAME.
packages() {
	wanted=$(cat "$root/tools/$1/package.json" "$root/tools/$1/package-lock.json" | sha256sum)
	if [ "$(cat "$root/.tools/$1/sum" 2>/dev/null)" = "$wanted" ]; then
		echo "tools: $1 is up to date"
		return
	fi
	mkdir -p "$root/.tools/$1"
	cp "$root/tools/$1/package.json" "$root/tools/$1/package-lock.json" "$root/.tools/$1/"
	(cd "$root/.tools/$1" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
	echo "$wanted" >"$root/.tools/$1/sum"
	echo "tools: installed .tools/$1"
}

packages browser
packages zpl
build pdfcpu github.com/pdfcpu/pdfcpu/cmd/pdfcpu
build ferretdb .
build minio github.com/minio/minio
build minioaccount .
