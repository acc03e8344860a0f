package bulk

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"regexp"
	"strings"
	"time"

	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// A gap is a text of a template that is another one in each copy.
type gap struct {
	old string
	// fill gives the text of a copy.
	fill func(*filling) string
}

// A filling is what one copy puts into the gaps of its template.
type filling struct {
	writer *writer
	n      int
	code   string
	input  string
	keys   []string // idempotency keys, in the place of those of the template
	gaps   []string
	shift  time.Duration
	days   int
}

// A line is a text with gaps: what stands before each, and which it is.
type line struct {
	before []string
	gaps   []int // index of a gap; aTime and aDate are filled with old, moved
	old    []string
	after  string
}

const (
	aTime = -1
	aDate = -2
)

// A step is a revision of a template, and the part of the diary that it belongs
// to.
type step struct {
	part string
	kind trace.Kind
	id   line
	num  int
	// created and at are those of the template.
	created, at time.Time
	by          string
	key         line
	hash        string
	refs        []line
	body        line
	personal    *line
}

// A template is what was written of one batch.
type template struct {
	gaps  []gap
	keys  int
	began time.Time
	steps []step
}

// moments are the times and dates in a text.
const moments = `\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z|\d{4}-\d{2}-\d{2}`

// A heard revision is what the template is made of.
type heard struct {
	part string
	trace.Revision
}

// compile makes a template of what was written of a batch, other gaps than those
// of keys and the ids that follow from them being given.
func compile(w *writer, written []heard, gaps []gap) *template {
	t := &template{gaps: gaps, began: written[0].At}
	keys := map[string]int{}
	for _, h := range written {
		if _, known := keys[h.Op.Key]; !known && h.Op.Key != "" {
			keys[h.Op.Key] = len(keys)
		}
	}
	t.keys = len(keys)
	var text strings.Builder
	for _, h := range written {
		fmt.Fprintln(&text, h.ID, h.Refs, string(h.Body), string(h.Personal))
	}
	for key, k := range keys {
		t.gaps = append(t.gaps, gap{key, func(f *filling) string { return f.keys[k] }})
		for _, kind := range Kinds() {
			id := w.ledger.NewID(trace.Write{Op: trace.Op{Key: key}}, kind)
			if strings.Contains(text.String(), id) {
				t.gaps = append(t.gaps, gap{id, func(f *filling) string {
					return f.writer.ledger.NewID(trace.Write{Op: trace.Op{Key: f.keys[k]}}, kind)
				}})
			}
		}
	}
	for _, h := range written {
		if h.Number == 1 && !t.covers(h.ID) {
			t.gaps = append(t.gaps, gap{h.ID, func(*filling) string { return idText.EncodeToString(random(10)) }})
		}
	}
	cut := t.cutter()
	for _, h := range written {
		s := step{
			part: h.part, kind: h.Kind, id: cut(h.ID), num: h.Number, created: h.Created, at: h.At, by: h.By,
			key: cut(h.Op.Key), hash: h.Op.Hash, body: cut(plain(h.Body)),
		}
		for _, ref := range h.Refs {
			s.refs = append(s.refs, cut(ref))
		}
		if h.Personal != nil {
			personal := cut(plain(h.Personal))
			s.personal = &personal
		}
		t.steps = append(t.steps, s)
	}
	return t
}

// idText writes ids as the ledger does.
var idText = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails since Go 1.24
	return b
}

// covers tells whether an id holds a gap already.
func (t *template) covers(id string) bool {
	for _, g := range t.gaps {
		if strings.Contains(id, g.old) {
			return true
		}
	}
	return false
}

// cutter cuts texts at the gaps of the template.
func (t *template) cutter() func(string) line {
	index := map[string]int{}
	var alternatives []string
	for i, g := range t.gaps {
		index[g.old] = i
		alternatives = append(alternatives, regexp.QuoteMeta(g.old))
	}
	pattern := regexp.MustCompile(strings.Join(append(alternatives, moments), "|"))
	return func(text string) line {
		var l line
		rest := 0
		for _, at := range pattern.FindAllStringIndex(text, -1) {
			found := text[at[0]:at[1]]
			i, isGap := index[found]
			switch {
			case isGap:
			case len(found) == len("2006-01-02"):
				i = aDate
			default:
				i = aTime
			}
			l.before, l.gaps, l.old = append(l.before, text[rest:at[0]]), append(l.gaps, i), append(l.old, found)
			rest = at[1]
		}
		l.after = text[rest:]
		return l
	}
}

// fill writes a text with its gaps filled.
func (l line) fill(f *filling) string {
	if len(l.gaps) == 0 {
		return l.after
	}
	var b strings.Builder
	for i, g := range l.gaps {
		b.WriteString(l.before[i])
		switch g {
		case aDate:
			day, err := time.Parse(time.DateOnly, l.old[i])
			if err != nil {
				b.WriteString(l.old[i]) // looks like a date and is none
				continue
			}
			b.WriteString(day.AddDate(0, 0, f.days).Format(time.DateOnly))
		case aTime:
			at, err := time.Parse(time.RFC3339Nano, l.old[i])
			if err != nil {
				b.WriteString(l.old[i])
				continue
			}
			b.WriteString(at.Add(f.shift).UTC().Format(time.RFC3339Nano))
		default:
			b.WriteString(f.gaps[g])
		}
	}
	b.WriteString(l.after)
	return b.String()
}

// filled draws what a copy puts into the gaps.
func (t *template) filled(w *writer, n int, input string, began time.Time) (*filling, error) {
	code, err := stamp.NewBatchCode(rand.Reader)
	if err != nil {
		return nil, err
	}
	shift := began.Sub(t.began).Truncate(time.Millisecond)
	f := &filling{writer: w, n: n, code: code.String(), input: input, shift: shift, days: int(shift / (24 * time.Hour))}
	for range t.keys {
		f.keys = append(f.keys, rand.Text())
	}
	for _, g := range t.gaps {
		f.gaps = append(f.gaps, g.fill(f))
	}
	return f, nil
}

// revision is that of a step in a copy.
func (s step) revision(f *filling) trace.Revision {
	r := trace.Revision{
		Kind: s.kind, ID: s.id.fill(f), Number: s.num, Created: s.created.Add(f.shift), At: s.at.Add(f.shift), By: s.by,
		Op: trace.Op{Key: s.key.fill(f), Hash: s.hash}, Body: []byte(s.body.fill(f)),
	}
	for _, ref := range s.refs {
		r.Refs = append(r.Refs, ref.fill(f))
	}
	if s.personal != nil {
		r.Personal = []byte(s.personal.fill(f))
	}
	return r
}

// write stores the parts of a copy that are wanted.
func (t *template) write(ctx context.Context, f *filling, wanted func(part string) bool) error {
	for _, s := range t.steps {
		if !wanted(s.part) {
			continue
		}
		r := s.revision(f)
		f.writer.reach(r.At)
		if err := f.writer.store.Insert(ctx, r); err != nil {
			return fmt.Errorf("copy %d: %s %s@%d: %w", f.n, r.Kind, r.ID, r.Number, err)
		}
		defer f.writer.memory.forget(r.Kind, r.ID)
	}
	return nil
}
