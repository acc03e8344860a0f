#!/bin/sh
# The long forms of the tests, and a minute of fuzzing for each target.
set -eu
export TEMGOC_TEST_REQUIRE=1 TEMGOC_SOAK=1
go test -count=1 -timeout 60m ./storage/... ./internal/trace/... ./internal/printing/... ./internal/stamp/... ./internal/proof/... ./internal/backup ./internal/testing/verifiers ./labels/...
# Crashes: kills, power failures, system calls that fail, full disks, floods of repeated requests.
go test -count=1 -timeout 120m -v ./internal/testing/crash
for package in $(go list ./...); do
	for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
		echo "fuzz $package $target"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-60s}" -fuzzminimizetime 10x "$package"
	done
done
