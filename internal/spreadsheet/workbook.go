package spreadsheet

import (
	"strconv"
	"strings"
	"time"
)

// A workbook is what the sheets of an XLSX file have in common.
type workbook struct {
	*archive
	epoch   time.Time // from which days are counted
	strings []string
	formats []numberFormat // by the style of a cell
	sheets  []sheetPart
}

// A sheetPart is a sheet that is not hidden.
type sheetPart struct{ name, part string }

// readXLSX reads the visible sheets of an XLSX file.
func readXLSX(content []byte) ([]*grid, error) {
	a, err := openArchive(content)
	if err != nil {
		return nil, err
	}
	w := &workbook{archive: a, epoch: epoch1900}
	if err := w.load(); err != nil {
		return nil, err
	}
	var grids []*grid
	for _, s := range w.sheets[:min(len(w.sheets), maxSheets)] {
		g := &grid{name: s.name}
		g.err = w.readSheet(s.part, g)
		grids = append(grids, g)
	}
	return grids, nil
}

// load finds the parts of the workbook and reads those that sheets refer to.
func (w *workbook) load() error {
	root, err := w.relations("")
	if err != nil {
		return err
	}
	part := "xl/workbook.xml"
	for _, r := range root {
		if r.kind == "officeDocument" {
			part = r.target
		}
	}
	parts, err := w.relations(part)
	if err != nil {
		return err
	}
	err = w.each(part, func(e element) error {
		switch {
		case !e.start:
		case e.name == "workbookPr" && isTrue(e.attribute("date1904")):
			w.epoch = epoch1904
		case e.name == "sheet" && e.attribute("state") != "hidden" && e.attribute("state") != "veryHidden":
			if r, ok := parts[e.attribute("id")]; ok && r.kind == "worksheet" {
				w.sheets = append(w.sheets, sheetPart{e.attribute("name"), r.target})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(w.sheets) == 0 {
		return errDamaged
	}
	for _, r := range parts {
		switch r.kind {
		case "sharedStrings":
			err = w.loadStrings(r.target)
		case "styles":
			err = w.loadStyles(r.target)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func isTrue(s string) bool { return s == "1" || s == "true" }

// loadStrings reads the texts that cells refer to by their number.
func (w *workbook) loadStrings(part string) error {
	var (
		text     strings.Builder
		inside   bool // of an element that holds text
		phonetic bool // of a guide to pronunciation, which is no text of the cell
	)
	return w.each(part, func(e element) error {
		switch {
		case e.name == "rPh":
			phonetic = e.start
		case e.name == "t":
			inside = e.start && !phonetic
		case e.name == "si" && e.start:
			text.Reset()
		case e.name == "si" && e.end:
			if len(w.strings) == maxStrings {
				return errUnpacked
			}
			w.strings = append(w.strings, unescape(text.String()))
		case inside:
			text.Write(e.text)
		}
		return nil
	})
}

// unescape replaces _x000D_ and its like, by which a text may hold characters
// that XML may not.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if len(s)-i >= 7 && s[i] == '_' && s[i+1] == 'x' && s[i+6] == '_' {
			if r, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
				b.WriteRune(rune(r))
				i += 7
				continue
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

// A numberFormat is what matters of how a number is shown.
type numberFormat struct {
	date   bool // as a date or a time
	digits int  // with at least so many digits, as codes are: 00000
}

// loadStyles reads how the cells of each style show numbers.
func (w *workbook) loadStyles(part string) error {
	codes := map[string]string{}
	inCells := false // of the list that cells refer to
	return w.each(part, func(e element) error {
		switch {
		case e.name == "cellXfs":
			inCells = e.start
		case e.start && e.name == "numFmt":
			if len(codes) == maxStyles {
				return errUnpacked
			}
			codes[e.attribute("numFmtId")] = e.attribute("formatCode")
		case e.start && e.name == "xf" && inCells:
			if len(w.formats) == maxStyles {
				return errUnpacked
			}
			w.formats = append(w.formats, formatOf(e.attribute("numFmtId"), codes))
		}
		return nil
	})
}

// formatOf judges a format by its number, which for the formats that every
// program knows says all, or by its code.
func formatOf(id string, codes map[string]string) numberFormat {
	if code, ok := codes[id]; ok {
		return judgeFormat(code)
	}
	n, _ := strconv.Atoi(id)
	builtIn := 14 <= n && n <= 22 || 27 <= n && n <= 36 || 45 <= n && n <= 47 || 50 <= n && n <= 58
	return numberFormat{date: builtIn}
}

// judgeFormat reads a format code such as "dd/mm/yyyy" or "00000".
func judgeFormat(code string) numberFormat {
	code, _, _ = strings.Cut(code, ";") // what is for negative numbers
	var bare strings.Builder
	for code != "" {
		switch c := code[0]; c {
		case '"': // literal text
			_, code, _ = strings.Cut(code[1:], `"`)
		case '[': // colour, language, or the hours of a duration
			var inner string
			inner, code, _ = strings.Cut(code[1:], "]")
			if inner != "" && strings.Trim(strings.ToLower(inner), "hms") == "" {
				return numberFormat{date: true}
			}
		case '\\', '_', '*': // the character behind it is literal
			code = code[min(2, len(code)):]
		default:
			bare.WriteByte(c)
			code = code[1:]
		}
	}
	letters := strings.ToLower(strings.ReplaceAll(bare.String(), "General", ""))
	if strings.ContainsAny(letters, "ymdhs") {
		return numberFormat{date: true}
	}
	if letters != "" && strings.Trim(letters, "0") == "" {
		return numberFormat{digits: len(letters)}
	}
	return numberFormat{}
}
