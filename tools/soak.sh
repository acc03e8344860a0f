#!/bin/sh
# The long forms of the tests, and a minute of fuzzing for each target.
set -eu
export TEMGOC_TEST_REQUIRE=1 TEMGOC_SOAK=1
go test -count=1 -timeout 60m ./storage/... ./internal/trace/... ./internal/printing/... ./internal/stamp/... ./internal/proof/... ./internal/backup ./internal/testing/verifiers ./labels/...
# Crashes: kills, power failures, system calls that fail, full disks, floods of repeated requests.
go test -count=1 -timeout 120m -v ./internal/testing/crash
# The race detector over everything that make race leaves out, but for what only uses
# the built program; that one is built with it and used by many at once instead.
# shellcheck disable=SC2046
TEMGOC_SOAK='' go test -race -timeout 120m -skip '^TestForg' $(go list ./... | grep -v -e /internal/testing/e2e -e /internal/testing/offline -e /internal/testing/crash)
raced=$(mktemp -d)
trap 'rm -rf "$raced"' EXIT
go build -race -o "$raced/temgoc" ./cmd/temgoc
TEMGOC_SOAK='' GORACE=halt_on_error=1 TEMGOC_TEST_PROGRAM="$raced/temgoc" go test -count=1 -timeout 60m -v -run 'TestKilled|TestRepeated|TestFullDisk' ./internal/testing/crash
for package in $(go list ./...); do
	for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
		echo "fuzz $package $target"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-60s}" -fuzzminimizetime 10x "$package"
	done
done
