package trace

import "context"

// An Export notes that data left the service in a file: what, chosen how, and
// the file's hash, so that a file found elsewhere can be traced back.
type Export struct {
	What   string `json:"what" doc:"What was exported, in words"`
	Filter string `json:"filter,omitempty" doc:"How it was chosen"`
	Rows   int    `json:"rows"`
	SHA256 Digest `json:"sha256"`
	// Producer is the id of the producer who exported; set by NoteExport.
	Producer string `json:"producer,omitempty"`
}

func (Export) DocumentKind() Kind { return KindExports }

func (e Export) DocumentRefs() []string {
	if e.Producer == "" {
		return nil
	}
	return []string{producerRef(e.Producer)}
}

func (e Export) check(c check) {
	c.name("what", e.What)
	c.text("filter", e.Filter, maxText)
	if e.Rows < 0 {
		c.fail("rows", "không được âm", "must not be negative")
	}
	c.required("sha256", e.SHA256 != Digest{})
}

// NoteExport writes down an export, by anybody who has a role, for the audit
// log. Called before the file is given out, so that none leaves unnoted.
func (l *Ledger) NoteExport(ctx context.Context, w Write, e Export) (Stored[Export], error) {
	return once(ctx, l, w, func() (Export, error) {
		if !w.By.Role.Known() {
			return e, ErrNotAllowed
		}
		e.Producer = w.By.Producer
		err := validate(&e)
		return e, err
	})
}
