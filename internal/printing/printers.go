package printing

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"temgoc/internal/trace"
	"temgoc/labels"
)

// KindPrinters is the kind of document that keeps what is known of printers.
const KindPrinters trace.Kind = "printers"

// maxNote is how long a note may be, in characters.
const maxNote = 2000

// Limits of what a printer may be said to do.
const (
	MaxPrinterOffset = int(labels.MaxOffset * 1000) // µm either way
	MaxPrinterScale  = 20_000                       // ppm either way, 2 %
	MaxDotGain       = 200                          // µm
	MaxMinModule     = 60                           // dots
)

// A Printer is what a producer knows of a printer of its own: how it is spoken
// to and what it does to a stamp. The service never contacts it.
type Printer struct {
	Producer string `json:"producer" maxLength:"200" doc:"Whose it is"`
	Name     string `json:"name" maxLength:"100" doc:"What people call it" example:"Máy in tem kho 1"`
	Language Format `json:"language" enum:"pdf,zpl,tspl,epl,escpos,brother"`
	DPI      int    `json:"dpi" minimum:"203" maximum:"2400" doc:"Dots to the inch: 203, 300 or 600 for label printers, also 1200 and 2400 for office printers" example:"203"`
	// What is put right by printing the other way: where the paper comes in
	// askew or is pulled too far.
	OffsetX int `json:"offsetX,omitempty" minimum:"-4000" maximum:"4000" doc:"Shift of all stamps to the right, in µm"`
	OffsetY int `json:"offsetY,omitempty" minimum:"-4000" maximum:"4000" doc:"Shift of all stamps downwards, in µm"`
	ScaleX  int `json:"scaleX,omitempty" minimum:"-20000" maximum:"20000" doc:"By how many millionths the distance between columns is stretched"`
	ScaleY  int `json:"scaleY,omitempty" minimum:"-20000" maximum:"20000" doc:"By how many millionths the distance between rows is stretched"`
	// What is known of its ink.
	DotGain   int `json:"dotGain,omitempty" minimum:"0" maximum:"200" doc:"By how many µm each edge of black moves outwards"`
	MinModule int `json:"minModule,omitempty" minimum:"0" maximum:"60" doc:"Smallest module of a QR code that scans, in its dots; 0 where nobody has tried"`
	// Address is for the command line alone.
	Address string `json:"address,omitempty" maxLength:"200" doc:"Where the command line sends to; the service never does" example:"tcp://192.168.1.50:9100"`
	Note    string `json:"note,omitempty" maxLength:"2000"`
	Retired bool   `json:"retired,omitempty" readOnly:"true" doc:"No longer in use"`
}

// DocumentKind implements trace.Document.
func (Printer) DocumentKind() trace.Kind { return KindPrinters }

// DocumentRefs implements trace.Document.
func (p Printer) DocumentRefs() []string { return []string{trace.ProducerTerm(p.Producer)} }

// resolutions are those that a language is printed at.
func (f Format) resolutions() []int {
	switch f {
	case PDF:
		return []int{203, 300, 600, 1200, 2400}
	case Brother:
		return []int{300}
	case EPL:
		return []int{203, 300}
	}
	return []int{203, 300, 600}
}

func (p *Printer) clean() {
	for _, s := range []*string{&p.Name, &p.Address, &p.Note} {
		*s = trace.Clean(*s)
	}
}

func (p Printer) check() error {
	var f findings
	f.text("name", p.Name, 100, true)
	f.text("note", p.Note, maxNote, false)
	if !slices.Contains(Languages(), p.Language) {
		known := join(Languages(), func(f Format) string { return string(f) })
		f.fail("language", "phải là một trong: "+known, "must be one of: "+known)
	} else if able := p.Language.resolutions(); !slices.Contains(able, p.DPI) {
		known := join(able, strconv.Itoa)
		f.fail("dpi", "với ngôn ngữ này phải là một trong: "+known, "must be one of these with this language: "+known)
	}
	f.between("offsetX", p.OffsetX, -MaxPrinterOffset, MaxPrinterOffset, " µm")
	f.between("offsetY", p.OffsetY, -MaxPrinterOffset, MaxPrinterOffset, " µm")
	f.between("scaleX", p.ScaleX, -MaxPrinterScale, MaxPrinterScale, " ppm")
	f.between("scaleY", p.ScaleY, -MaxPrinterScale, MaxPrinterScale, " ppm")
	f.between("dotGain", p.DotGain, 0, MaxDotGain, " µm")
	f.between("minModule", p.MinModule, 0, MaxMinModule, "")
	if !isPrinterAddress(p.Address) {
		f.fail("address", "phải có dạng tcp://máy:cổng, ví dụ tcp://192.168.1.50:9100", "must be of the form tcp://host:port, such as tcp://192.168.1.50:9100")
	}
	return f.err()
}

// isPrinterAddress allows none at all.
func isPrinterAddress(s string) bool {
	if s == "" {
		return true
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "tcp" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return false
	}
	host, port, err := net.SplitHostPort(u.Host)
	n, wrong := strconv.Atoi(port)
	return err == nil && wrong == nil && host != "" && n >= 1 && n <= 65535 && len(s) <= 200
}

func join[T any](list []T, text func(T) string) string {
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = text(v)
	}
	return strings.Join(parts, ", ")
}

// mayKeep lets a producer keep its own things, and the office those that have
// no producer. Who may see the producer's data learns that they may not.
func mayKeep(by trace.Actor, producer string) error {
	switch {
	case producer == "" && by.Role == trace.Office, producer != "" && by.Role == trace.ProducerRole && by.Producer == producer:
		return nil
	case producer == "" || by.Reads(producer):
		return trace.ErrNotAllowed
	}
	return trace.ErrHidden
}

// CreatePrinter notes a printer: the producer does, of its own.
func (b *Book) CreatePrinter(ctx context.Context, w trace.Write, p Printer) (trace.Stored[Printer], error) {
	p.clean()
	p.Retired = false
	if p.Producer == "" {
		p.Producer = w.By.Producer
	}
	if p.Producer == "" {
		return trace.Stored[Printer]{}, trace.ErrNotAllowed
	}
	if err := mayKeep(w.By, p.Producer); err != nil {
		return trace.Stored[Printer]{}, err
	}
	if err := p.check(); err != nil {
		return trace.Stored[Printer]{}, err
	}
	return trace.Create(ctx, b.ledger, w, "", p)
}

// ChangePrinter replaces what is known of a printer, and takes it into use
// again: its producer does.
func (b *Book) ChangePrinter(ctx context.Context, w trace.Write, id string, p Printer) (trace.Stored[Printer], error) {
	p.clean()
	return trace.Update(ctx, b.ledger, w, id, mayKeepPrinter(w.By), func(cur *Printer) error {
		p.Producer, p.Retired = cur.Producer, false
		if err := p.check(); err != nil {
			return err
		}
		*cur = p
		return nil
	})
}

// RetirePrinter takes a printer out of the list: its producer does.
func (b *Book) RetirePrinter(ctx context.Context, w trace.Write, id string) (trace.Stored[Printer], error) {
	return trace.Update(ctx, b.ledger, w, id, mayKeepPrinter(w.By), func(cur *Printer) error {
		if cur.Retired {
			return conflict("máy in đã ngừng dùng", "the printer is out of use already")
		}
		cur.Retired = true
		return nil
	})
}

func mayKeepPrinter(by trace.Actor) func(Printer) error {
	return func(p Printer) error { return mayKeep(by, p.Producer) }
}

// Printer returns one printer.
func (b *Book) Printer(ctx context.Context, by trace.Actor, id string) (trace.Stored[Printer], error) {
	return trace.Read(ctx, b.ledger, id, func(p Printer) error { return maySeeOf(by, p.Producer) })
}

func maySeeOf(by trace.Actor, producer string) error {
	if by.Reads(producer) {
		return nil
	}
	return trace.ErrHidden
}

// Printers lists the printers of a producer, also those out of use where they
// are asked for.
func (b *Book) Printers(ctx context.Context, by trace.Actor, producer string, retired bool, p trace.Paging) (trace.List[Printer], error) {
	if err := maySeeOf(by, producer); err != nil {
		return trace.List[Printer]{}, err
	}
	return trace.ListOf(ctx, b.ledger, trace.ProducerTerm(producer), p, func(s trace.Stored[Printer]) bool { return retired || !s.Data.Retired })
}

// FieldPrinter names the printer in errors.
const FieldPrinter = "printer"

// usable is a printer of the producer of an order that is in use. Those of
// others are not there.
func (b *Book) usable(ctx context.Context, id, producer string) (Printer, error) {
	s, err := trace.Head[Printer](ctx, b.ledger, id)
	if errors.Is(err, trace.ErrNotFound) || err == nil && s.Data.Producer != producer {
		return Printer{}, fieldError(FieldPrinter, "không có máy in này", "is not a printer of this producer")
	}
	if err != nil {
		return Printer{}, err
	}
	if s.Data.Retired {
		return Printer{}, fieldError(FieldPrinter, fmt.Sprintf("máy in %q đã ngừng dùng", s.Data.Name), fmt.Sprintf("%q is out of use", s.Data.Name))
	}
	return s.Data, nil
}
