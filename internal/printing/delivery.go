package printing

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"temgoc/labels"
)

// FileCodes is how many codes one file of a delivery has at most: what the
// programs of print houses still open. Files end where a sheet or a roll does.
const FileCodes = 20_000

// A Manifest is what a delivery says of itself, for machines.
type Manifest struct {
	Format    string         `json:"format"`
	Generator string         `json:"generator"`
	Order     string         `json:"order"`
	Batch     string         `json:"batch"`
	Product   string         `json:"product"`
	Producer  string         `json:"producer"`
	Lot       string         `json:"lot"`
	Codes     Codes          `json:"codes"`
	Count     int            `json:"count"`    // stamps
	Distinct  int            `json:"distinct"` // codes
	Stock     string         `json:"stock"`
	Template  string         `json:"template,omitempty"`
	Profile   Profile        `json:"profile,omitempty"` // of the stamps, where they come along
	Per       int            `json:"per"`               // stamps on a sheet or a roll
	Unit      string         `json:"unit"`
	Symbol    ManifestSymbol `json:"symbol"`
	Label     ManifestLabel  `json:"label"`
	// Checkpoint is that of the log when the order was made.
	Checkpoint string       `json:"checkpoint,omitempty"`
	Files      []ParcelFile `json:"files"`
}

// A ManifestSymbol is the QR code as it must come out. Millimetres are texts
// with three decimals.
type ManifestSymbol struct {
	Version   int    `json:"version"`
	Level     string `json:"level"`
	Modules   int    `json:"modules"`
	QuietZone int    `json:"quietZoneModules"`
	Module    string `json:"moduleMM"`
	Side      string `json:"sideMM"`
}

// A ManifestLabel is the size of one label.
type ManifestLabel struct {
	Width  string `json:"widthMM"`
	Height string `json:"heightMM"`
}

// millimetres writes micrometres.
func millimetres(um int) string { return fmt.Sprintf("%d.%03d", um/1000, um%1000) }

// table is the list of codes, without what is secret in it.
func (j job) table() table {
	t := table{order: j.order, codes: j.codes, unit: "sheet", per: j.order.rollSize()}
	if j.order.OnRolls() {
		t.unit = "roll"
	}
	return t
}

// list is the table as it is given to whoever prints.
func (j job) list() (t table, err error) {
	t = j.table()
	t.pin, err = j.pins()
	return t, err
}

// fileCodes is how many codes a file has: whole sheets or rolls of them.
func (t table) fileCodes() int {
	if t.per > FileCodes {
		return FileCodes
	}
	return FileCodes - FileCodes%t.per
}

// writeCodes writes the codes as one CSV file. An order of batch codes has the
// one row.
func (j job) writeCodes(ctx context.Context, w io.Writer) error {
	t, err := j.list()
	if err != nil {
		return err
	}
	return t.writeCSV(ctx, w, 0, t.rows())
}

// writeDelivery writes what a print house needs that composes the stamps itself,
// as a zip archive. It is written as it grows, and the same order gives the same
// bytes for ever.
func (j job) writeDelivery(ctx context.Context, w io.Writer) error {
	p := newParcel(w)
	if err := p.add(ParcelFile{Name: "README.txt"}, zip.Deflate, j.writeReadme); err != nil {
		return err
	}
	picture := j
	picture.secret = false
	if err := p.add(ParcelFile{Name: "sample.png"}, zip.Store, func(w io.Writer) error { return refusal(picture.writePNG(ctx, w)) }); err != nil {
		return err
	}
	if err := j.addTables(ctx, p); err != nil {
		return err
	}
	manifest := j.manifest(p.files)
	err := p.add(ParcelFile{Name: "manifest.json"}, zip.Deflate, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(manifest)
	})
	if err != nil {
		return err
	}
	return p.close()
}

// A partKind is a kind of file that a delivery has for each part of an order.
type partKind struct {
	name   string // with the number of the part
	method uint16
	write  func(ctx context.Context, w io.Writer, from, count int) error
}

// partKinds are the lists, and the stamps themselves where the file is made for
// a print house that does not compose them.
func (j job) partKinds(t table) []partKind {
	kinds := []partKind{{"codes-%d.csv", zip.Deflate, t.writeCSV}, {"codes-%d.xlsx", zip.Store, t.writeXLSX}}
	if j.sheet.Profile != labels.Office {
		kinds = append(kinds, partKind{"stamps-%d.pdf", zip.Store, func(ctx context.Context, w io.Writer, from, count int) error {
			return refusal(j.sheet.WritePDF(w, j.stamps(ctx, from, count)))
		}})
	}
	return kinds
}

func (j job) addTables(ctx context.Context, p *parcel) error {
	t, err := j.list()
	if err != nil {
		return err
	}
	for number, from := 1, 0; from < t.rows(); number, from = number+1, from+t.fileCodes() {
		count := min(t.fileCodes(), t.rows()-from)
		for _, kind := range j.partKinds(t) {
			f := ParcelFile{Name: fmt.Sprintf(kind.name, number), First: from + 1, Last: from + count}
			err := p.add(f, kind.method, func(w io.Writer) error { return kind.write(ctx, w, from, count) })
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (j job) manifest(files []ParcelFile) Manifest {
	profile := j.print.Profile
	if j.sheet.Profile == labels.Office {
		profile = ""
	}
	t, m := j.table(), j.measures
	return Manifest{
		Format: "temgoc-delivery-1", Generator: "Temgốc",
		Order: j.id, Batch: j.order.Batch, Product: j.order.Content.Product, Producer: j.order.Content.Producer, Lot: j.order.Content.Lot,
		Codes: j.order.Codes, Count: j.order.Count, Distinct: t.rows(), Stock: j.order.Stock, Template: j.order.Template,
		Profile: profile, Per: t.per, Unit: t.unit,
		Symbol: ManifestSymbol{
			Version: m.Version, Level: m.Level, Modules: m.Modules, QuietZone: m.QuietZone,
			Module: millimetres(m.Module), Side: millimetres(m.Symbol),
		},
		Label:      ManifestLabel{Width: millimetres(m.Width), Height: millimetres(m.Height)},
		Checkpoint: j.order.Checkpoint, Files: files,
	}
}
