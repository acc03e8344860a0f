package tenancy

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"temgoc/internal/printing"
	"temgoc/internal/testing/desktest"
	"temgoc/internal/testing/hostile"
	"temgoc/internal/trace"
)

// active are the names with which a PDF does something else than show a page.
var active = regexp.MustCompile(`/(JavaScript|JS|URI|Launch|AA|OpenAction|Annots?|AcroForm|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoTo[ER]|Rendition|Sound|Movie|Filespec|Encrypt)\b`)

var streams = regexp.MustCompile(`(?s)stream\r?\n.*?endstream`)

// TestHostileStamps prints a sheet of stamps for every hostile text that can be
// the name of a product on a stamp: the file shows it as text, and does nothing.
func TestHostileStamps(t *testing.T) {
	for _, program := range []string{"qpdf", "pdftotext", "pdfinfo"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("TEMGOC_TEST_REQUIRE") != "" {
				t.Fatalf("%s is not installed; make install does", program)
			}
			t.Skipf("%s is not installed", program)
		}
	}
	w := desktest.New(t)
	n := w.Populate("producer", desktest.Same("Chè"))
	dir, files, names := t.TempDir(), []string{}, []string{}
	for i, text := range hostile.Texts() {
		sheet := sheetNamed(t, w, n, text)
		if sheet == nil {
			continue
		}
		if bad := active.FindString(string(streams.ReplaceAll(sheet, nil))); bad != "" {
			t.Errorf("the sheet of %q has %s", text, bad)
		}
		file := filepath.Join(dir, fmt.Sprintf("%d.pdf", i))
		if err := os.WriteFile(file, sheet, 0o600); err != nil {
			t.Fatal(err)
		}
		files, names = append(files, file), append(names, trace.Clean(text))
		if strings.ContainsAny(text, `()\`) && len(files)%8 == 0 {
			if title := program(t, "pdfinfo", file); !strings.Contains(dense(title), dense(trace.Clean(text))) {
				t.Errorf("the title of the sheet of %q is\n%s", text, title)
			}
		}
	}
	if len(files) < 60 {
		t.Errorf("only %d texts can be printed", len(files))
	}
	all := filepath.Join(dir, "all.pdf")
	program(t, "qpdf", append(append([]string{"--empty", "--pages"}, files...), "--", all)...)
	program(t, "qpdf", "--check", all)
	shown := dense(program(t, "pdftotext", "-raw", all, "-"))
	for _, name := range names {
		if !strings.Contains(shown, dense(name)) {
			t.Errorf("%q is not to be read on its stamp", name)
		}
	}
	open := filepath.Join(dir, "open.pdf")
	program(t, "qpdf", "--qdf", "--object-streams=disable", all, open)
	content, err := os.ReadFile(open)
	if err != nil {
		t.Fatal(err)
	}
	if bad := active.FindString(string(streams.ReplaceAll(content, nil))); bad != "" {
		t.Errorf("the sheets have %s", bad)
	}
}

// sheetNamed is a sheet for a product of that name; nil where no stamp can have
// it.
func sheetNamed(t *testing.T, w *desktest.World, n *desktest.Tenant, name string) []byte {
	t.Helper()
	ctx, by := t.Context(), w.As(n.Who)
	p, err := w.Ledger.Product(ctx, by.By, n.Product)
	if err != nil {
		t.Fatal(err)
	}
	p.Data.ShortName = name
	if _, err := w.Ledger.UpdateProduct(ctx, by, n.Product, p.Data); errors.Is(err, trace.ErrInvalid) {
		return nil
	} else if err != nil {
		t.Fatal(err)
	}
	order, err := w.Book.Create(ctx, by, printing.OrderData{Batch: n.Released, Codes: printing.BatchCodes, Count: 1, Stock: "avery-l7651"})
	if errors.Is(err, trace.ErrInvalid) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	var sheet bytes.Buffer
	if err := w.Book.WriteLabels(ctx, by.By, order.ID, printing.Print{}, &sheet); err != nil {
		t.Fatal(err)
	}
	for format, inert := range map[printing.Format]func(string) error{printing.SVG: inertSVG, printing.PNG: func(string) error { return nil }} {
		var stamp bytes.Buffer
		if err := w.Book.WriteLabels(ctx, by.By, order.ID, printing.Print{Format: format}, &stamp); err != nil {
			t.Fatal(err)
		}
		if err := inert(stamp.String()); err != nil {
			t.Errorf("the stamp of %q as %s: %v", name, format, err)
		}
	}
	return sheet.Bytes()
}

// dense is a text without white space, which may stand elsewhere on paper.
func dense(s string) string { return strings.Join(strings.Fields(s), "") }

func program(t *testing.T, name string, args ...string) string {
	t.Helper()
	var said bytes.Buffer
	c := exec.CommandContext(t.Context(), name, args...)
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, said.String())
	}
	return string(out)
}
