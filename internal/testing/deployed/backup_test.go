package deployed

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestBackupUnits lets systemd read the unit and the timer of the nightly back-up.
func TestBackupUnits(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		missing(t, "systemd-analyze")
	}
	dir := t.TempDir()
	var units []string
	for _, name := range []string{"temgoc-backup.service", "temgoc-backup.timer"} {
		text, err := os.ReadFile(root + "/deploy/backup/" + name)
		if err != nil {
			t.Fatal(err)
		}
		units = append(units, filepath.Join(dir, name))
		here := strings.ReplaceAll(string(text), "/usr/local/bin/temgoc", "/bin/true") // verify wants the program to be there
		if err := os.WriteFile(units[len(units)-1], []byte(here), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if said := command(t, root, append([]string{"systemd-analyze", "verify"}, units...)...); strings.Contains(said, "temgoc") {
		t.Errorf("systemd-analyze verify says: %s", said)
	}
}
