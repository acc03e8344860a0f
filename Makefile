# make test    install what the tests need, run all of them; a test that would skip fails
# make check   format, vet and linters
# make soak    the long forms: crash cycles, a minute of fuzzing for each target
# make security  known vulnerabilities, dangerous habits, licences
# make release the program for every machine, with checksums, in dist
# make load    a service under load and floods for FOR=10m a part; make load-soak for FOR=30m
# make bench   the figures of docs/performance.md

GO ?= go
LINT = $(GO) tool -modfile=tools/lint/go.mod

.PHONY: test race check vulnerabilities security licences soak load load-soak release reproducible bench install servers

test: install servers
	cd tools/ferretdb && $(GO) test .
	cd tools/torchwood && $(GO) test .
	cd tools/manifests && $(GO) test .
	TEMGOC_TEST_REQUIRE=1 $(GO) test -timeout 20m ./...

# The race detector makes everything several times as slow, so it has a run of
# its own over what is shared between goroutines; guessing codes shares nothing.
race:
	TEMGOC_TEST_REQUIRE=1 $(GO) test -race -timeout 20m -skip "^TestForg" ./internal/stamp ./internal/trace ./internal/printing ./internal/account ./internal/exchange \
		./internal/web ./internal/web/limit ./internal/web/desk ./internal/web/public ./internal/web/scan ./internal/web/console ./storage/sqlite ./storage/dir

check: vulnerabilities
	@unformatted=$$(gofmt -l cmd internal labels storage tools); \
		if [ -n "$$unformatted" ]; then echo "not formatted:"; echo "$$unformatted"; exit 1; fi
	$(GO) mod tidy -diff
	$(GO) vet ./...
	cd tools/ferretdb && $(GO) vet .
	cd tools/bench && $(GO) vet .
	cd tools/torchwood && $(GO) vet .
	cd tools/tessera && $(GO) vet .
	cd tools/minioaccount && $(GO) vet .
	cd tools/manifests && $(GO) vet .
	$(LINT) staticcheck ./...
	$(LINT) errcheck -ignoretests -exclude tools/lint/errcheck.txt ./...

# Debian packages that the tests use, where we may install them.
install:
	sh tools/install.sh

# MinIO and FerretDB for the tests: built once, run as processes of their own.
servers:
	sh tools/build.sh

soak: install servers
	sh tools/soak.sh

# Known vulnerabilities are looked up for what is released: with this Go, which
# the go command fetches when it is another one.
RELEASE_GO = go1.26.10
SBOM = $(GO) tool -modfile=tools/security/go.mod cyclonedx-gomod bin -json -licenses -noserial

vulnerabilities:
	mkdir -p .tools/bin
	cd tools/security && $(GO) vet . && $(GO) build -o ../../.tools/bin/security .
	cd tools/security && GOTOOLCHAIN=$(RELEASE_GO) ../../.tools/bin/security vulnerabilities

security: vulnerabilities
	cd tools/security && ../../.tools/bin/security source
	CGO_ENABLED=0 $(GO) build -trimpath -o .tools/bin/linked ./cmd/temgoc
	$(SBOM) -version v0 -output .tools/linked.cdx.json .tools/bin/linked
	cd tools/security && ../../.tools/bin/security licences ../../.tools/linked.cdx.json

# Writes docs/licences.md, after a module has come or gone.
licences:
	CGO_ENABLED=0 $(GO) build -trimpath -o .tools/bin/linked ./cmd/temgoc
	$(SBOM) -version v0 -output .tools/linked.cdx.json .tools/bin/linked
	cd tools/security && $(GO) run . licences -update ../../.tools/linked.cdx.json

# R15: 500 scans a second for each part, then the same with a flood of unknown codes
# and slow sockets, on both engines.
FOR ?= 10m
load: servers
	TEMGOC_TEST_REQUIRE=1 $(GO) test -count=1 -timeout 0 -v -run TestLoad ./internal/testing/load -args -load.for=$(FOR)

# R14: 200 scans and two writes a second; memory and open files must stay.
load-soak: servers
	TEMGOC_TEST_REQUIRE=1 $(GO) test -count=1 -timeout 0 -v -run TestLoad ./internal/testing/load -args -load.for=$(FOR) -load.rate=200 -load.writes=2 -load.flood=0

release:
	GOTOOLCHAIN=$(RELEASE_GO) sh tools/release.sh dist
	$(SBOM) -version "$$(dist/temgoc-linux-$$($(GO) env GOARCH) version)" -output dist/temgoc.cdx.json dist/temgoc-linux-$$($(GO) env GOARCH)

# That a release can be built again: twice in two directories, the same bytes.
reproducible:
	sh tools/reproducible.sh

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./internal/stamp ./labels ./labels/qr ./storage/sqlite ./internal/web ./internal/web/limit ./internal/web/scan ./internal/sample
	cd tools/bench && $(GO) test -run '^$$' -bench . .
	cd tools/tessera && $(GO) test -run '^$$' -bench . .
