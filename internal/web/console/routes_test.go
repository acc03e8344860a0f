package console

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/google/go-cmp/cmp"

	"temgoc/internal/web/desk"
)

var update = flag.Bool("update", false, "write the table of routes")

// TestRouteTable holds the routes that are served against the table of who may
// use them: a route that is not in the table, or is open to another role, is a
// decision that somebody must have written down.
func TestRouteTable(t *testing.T) {
	_, c := world(t)
	parts, err := c.Parts()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	inTable := map[string]bool{}
	for _, p := range parts {
		for _, r := range p.Routes {
			who := make([]string, len(r.Roles))
			for i, role := range r.Roles {
				who[i] = string(role)
			}
			slices.Sort(who)
			if r.Guest {
				who = append([]string{"guest"}, who...)
			}
			if r.Stage != "" {
				who = append(who, "at stage "+string(r.Stage))
			}
			lines = append(lines, fmt.Sprintf("%s %s  %s", r.Method, desk.Prefix+r.Path, strings.Join(who, " ")))
			inTable[r.Method+" "+desk.Prefix+r.Path] = true
		}
	}
	slices.Sort(lines)
	got := strings.Join(lines, "\n") + "\n"
	golden := filepath.Join("testdata", "routes.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the table of routes changed (if it should: go test ./internal/web/console -run Table -update):\n%s", diff)
	}

	engine := gin.New()
	if _, err := c.Register(engine); err != nil {
		t.Fatal(err)
	}
	for _, r := range engine.Routes() {
		if strings.HasPrefix(r.Path, desk.Prefix) && !inTable[r.Method+" "+r.Path] {
			t.Errorf("%s %s is served and in no table", r.Method, r.Path)
		}
	}
}
