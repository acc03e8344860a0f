// Command security checks the program for what others have found to be
// dangerous: known vulnerabilities of its modules and of Go (govulncheck, on a
// database that is itself a module and so has a date and a checksum), dangerous
// habits in its source (gosec), and licences of what is linked into it
// (cyclonedx-gomod). Findings that somebody has judged stand in accepted.txt.
//
//	go run . vulnerabilities
//	go run . source
//	go run . licences [-update] temgoc.cdx.json
//
// It is a module of its own, so that the checkers are none of the program's.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/securego/gosec/v2"
	"github.com/securego/gosec/v2/analyzers"
	"github.com/securego/gosec/v2/rules"
	"golang.org/x/vuln/scan"
)

// root is the repository, seen from this module's directory.
const root = "../.."

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "security:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New("say what to check: vulnerabilities, source or licences")
	}
	switch args[0] {
	case "vulnerabilities":
		return vulnerabilities()
	case "source":
		return source()
	case "licences":
		return licences(args[1:])
	}
	return fmt.Errorf("there is no check %q", args[0])
}

// A finding is where a rule or an advisory applies.
type finding struct{ rule, where string }

// judge compares what a tool found with what was accepted.
func judge(tool string, found map[finding]string) error {
	text, err := os.ReadFile("accepted.txt")
	if err != nil {
		return err
	}
	accepted := map[finding]bool{}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 3 && f[0] == tool {
			accepted[finding{f[1], f[2]}] = true
		}
	}
	var wrong []string
	for f, says := range found {
		if !accepted[f] {
			wrong = append(wrong, fmt.Sprintf("%s %s %s: %s", tool, f.rule, f.where, says))
		}
	}
	for f := range accepted {
		if _, ok := found[f]; !ok {
			wrong = append(wrong, fmt.Sprintf("%s %s %s is accepted and is not found any more: take the line out", tool, f.rule, f.where))
		}
	}
	slices.Sort(wrong)
	if len(wrong) > 0 {
		return fmt.Errorf("mend these, or judge them in tools/security/accepted.txt:\n%s", strings.Join(wrong, "\n"))
	}
	fmt.Printf("%s: %d findings, all of them judged\n", tool, len(found))
	return nil
}

// stamp is the time in the version of a module that has no releases.
var stamp = regexp.MustCompile(`-(\d{14})-[0-9a-f]{12}$`)

// database finds the advisories and says of when they are.
func database() (string, error) {
	out, err := output(".", "go", "mod", "download", "-json", "golang.org/x/vulndb")
	if err != nil {
		return "", err
	}
	var m struct{ Dir, Version string }
	if err := json.Unmarshal(out, &m); err != nil {
		return "", err
	}
	digits := stamp.FindStringSubmatch(m.Version)
	if digits == nil {
		return "", fmt.Errorf("version %s of the database has no date", m.Version)
	}
	at, err := time.Parse("20060102150405", digits[1])
	if err != nil {
		return "", err
	}
	dir := filepath.Join(m.Dir, "data", "osv")
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	fmt.Printf("database of vulnerabilities: golang.org/x/vulndb of %s, %d advisories (newer: go get golang.org/x/vulndb@latest in tools/security)\n",
		at.Format(time.DateOnly), len(entries))
	return "file://" + dir, nil
}

// vulnerabilities looks for advisories on what the program really calls.
func vulnerabilities() error {
	db, err := database()
	if err != nil {
		return err
	}
	control, err := advisories("control", db, ".")
	if err != nil {
		return err
	}
	if _, ok := control[finding{"GO-2021-0113", "golang.org/x/text"}]; !ok {
		return fmt.Errorf("control: a known vulnerability was not found, only %v", control)
	}
	fmt.Printf("control: the known vulnerability is found\n")
	found, err := advisories(root, db, "./cmd/temgoc")
	if err != nil {
		return err
	}
	return judge("govulncheck", found)
}

// advisories runs govulncheck and gives what is called, by module.
func advisories(dir, db, packages string) (map[finding]string, error) {
	var out, said bytes.Buffer
	cmd := scan.Command(context.Background(), "-C", dir, "-db", db, "-format", "json", packages)
	cmd.Stdout, cmd.Stderr, cmd.Env = &out, &said, environment()
	if err := errors.Join(cmd.Start(), cmd.Wait()); err != nil {
		return nil, fmt.Errorf("govulncheck: %w: %s", err, said.String())
	}
	found, summaries := map[finding]string{}, map[string]string{}
	for d := json.NewDecoder(&out); ; {
		var m struct {
			Config *struct {
				GoVersion string `json:"go_version"`
			}
			OSV     *struct{ ID, Summary string }
			Finding *struct {
				OSV   string
				Fixed string `json:"fixed_version"`
				Trace []struct{ Module, Function string }
			}
		}
		err := d.Decode(&m)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		switch {
		case m.Config != nil:
			fmt.Printf("%s: as built by %s\n", packages, m.Config.GoVersion)
		case m.OSV != nil:
			summaries[m.OSV.ID] = m.OSV.Summary
		case m.Finding != nil && m.Finding.Trace[0].Function != "":
			found[finding{m.Finding.OSV, m.Finding.Trace[0].Module}] = fmt.Sprintf("%s (fixed in %s)", summaries[m.Finding.OSV], m.Finding.Fixed)
		}
	}
	return found, nil
}

// notAsked are rules of gosec that would be answered with the same word each
// time: integers that are bounded before they are converted (tests and fuzzing
// hold the bounds), errors (errcheck looks for them), files that the operator
// names on the command line, and indices that follow from a switch.
var notAsked = []string{"G104", "G115", "G304", "G602"}

// source looks for dangerous habits. Tests and their helpers may have them.
func source() error {
	here, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	// The library loads packages of the module that it stands in.
	if err := os.Chdir(here); err != nil {
		return err
	}
	var helpers []*regexp.Regexp
	for _, dir := range []string{"tools", "internal/testing", "storage/storagetest"} {
		helpers = append(helpers, regexp.MustCompile("^"+regexp.QuoteMeta(filepath.Join(here, dir))+"(/|$)"))
	}
	packages, err := gosec.PackagePaths(here+"/...", helpers)
	if err != nil {
		return err
	}
	analyzer := gosec.NewAnalyzer(gosec.NewConfig(), false, false, false, runtime.NumCPU(), log.New(io.Discard, "", 0))
	analyzer.LoadRules(rules.Generate(false, rules.NewRuleFilter(true, notAsked...)).RulesInfo())
	analyzer.LoadAnalyzers(analyzers.Generate(false, analyzers.NewAnalyzerFilter(true, notAsked...)).AnalyzersInfo())
	if err := analyzer.Process(nil, packages...); err != nil {
		return err
	}
	found, metrics, failed := analyzer.Report()
	if len(failed) > 0 || metrics.NumFiles < 100 {
		return fmt.Errorf("gosec read %d files, and could not read %v", metrics.NumFiles, failed)
	}
	fmt.Printf("gosec: %d files, %d lines\n", metrics.NumFiles, metrics.NumLines)
	issues := map[finding]string{}
	for _, i := range found {
		name, err := filepath.Rel(here, i.File)
		if err != nil {
			return err
		}
		issues[finding{i.RuleID, filepath.ToSlash(name)}] = i.What + ", line " + i.Line
	}
	if err := os.Chdir("tools/security"); err != nil {
		return err
	}
	return judge("gosec", issues)
}

// free are licences under which what we link may be passed on with the program.
// MPL-2.0 asks that changes of its own files are published; there are none.
var free = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "Unlicense", "0BSD"}

const licenceList = root + "/docs/licences.md"

// licences compares the list of licences with what is linked.
func licences(args []string) error {
	flags := flag.NewFlagSet("licences", flag.ContinueOnError)
	update := flags.Bool("update", false, "write the list")
	if err := flags.Parse(args); err != nil {
		return err
	}
	text, err := os.ReadFile(flags.Arg(0))
	if err != nil {
		return err
	}
	var sbom struct {
		Components []struct {
			Name     string
			Evidence struct {
				Licenses []struct{ License struct{ ID string } }
			}
		}
	}
	if err := json.Unmarshal(text, &sbom); err != nil {
		return err
	}
	var list bytes.Buffer
	list.WriteString("# Licences of what is linked into the program\n\n" +
		"Written by `make licences` from the list of modules in a release (`temgoc.cdx.json`, which has their versions too) and compared with it by `make security`; a licence that is not among " +
		strings.Join(free, ", ") + " fails. The licences of modules are found in their own files. MPL-2.0 asks that changes of its files are published; none is changed.\n\n" +
		"Temgốc itself is under the Apache License 2.0. The font in labels is DejaVu Sans Condensed (Bitstream Vera licence and public domain). " +
		"MinIO (AGPL-3.0), FerretDB and what else is under `tools` are started by tests or checks as programs of their own.\n\n| module | licence |\n|---|---|\n")
	for _, c := range sbom.Components {
		if len(c.Evidence.Licenses) == 0 {
			return fmt.Errorf("%s: no licence was found", c.Name)
		}
		for _, l := range c.Evidence.Licenses {
			if !slices.Contains(free, l.License.ID) {
				return fmt.Errorf("%s: licence %q is not one of %s", c.Name, l.License.ID, strings.Join(free, ", "))
			}
			fmt.Fprintf(&list, "| %s | %s |\n", c.Name, l.License.ID)
		}
	}
	if len(sbom.Components) < 20 {
		return fmt.Errorf("%d modules only", len(sbom.Components))
	}
	if *update {
		return os.WriteFile(licenceList, list.Bytes(), 0o644)
	}
	old, err := os.ReadFile(licenceList)
	if err != nil || !bytes.Equal(old, list.Bytes()) {
		return fmt.Errorf("docs/licences.md is not what is linked (make licences writes it): %w", errors.Join(err, firstDifference(old, list.Bytes())))
	}
	fmt.Printf("licences: %d modules, all under free licences\n", len(sbom.Components))
	return nil
}

// firstDifference names the first line that differs.
func firstDifference(old, now []byte) error {
	a, b := bufio.NewScanner(bytes.NewReader(old)), bufio.NewScanner(bytes.NewReader(now))
	for more := true; more; {
		x, y := a.Scan(), b.Scan()
		if a.Text() != b.Text() {
			return fmt.Errorf("%q, want %q", a.Text(), b.Text())
		}
		more = x && y
	}
	return nil
}

// environment is ours; what is released is built without C.
func environment() []string { return append(os.Environ(), "CGO_ENABLED=0") }

// output runs a program and gives what it printed.
func output(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = environment()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", strings.Join(args, " "), err, stderr.String())
	}
	return out, nil
}
