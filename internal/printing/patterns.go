package printing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"temgoc/internal/trace"
	"temgoc/labels"
)

// KindPatterns is the kind of document that keeps templates and stocks that
// people made.
const KindPatterns trace.Kind = "patterns"

// Shape tells what a pattern is of.
type Shape string

// The shapes.
const (
	TemplateShape Shape = "template" // how a stamp is laid out
	StockShape    Shape = "stock"    // a sheet or a roll of labels
)

// MaxPattern is how long the text of a pattern may be, in bytes, and MaxPatterns
// how many of a shape one owner keeps, those out of use included.
const (
	MaxPattern  = labels.MaxText // a template holds its logo
	MaxPatterns = 200
)

// A Pattern is a template or a stock that somebody wrote: a producer for itself,
// or the office for everybody. It is known by the name that stands in its text,
// which stays the same for ever. Orders keep the text that they were made with.
type Pattern struct {
	Shape    Shape  `json:"shape" enum:"template,stock" readOnly:"true"`
	Producer string `json:"producer,omitempty" maxLength:"200" doc:"Whose it is; the office's, for everybody, when empty"`
	Name     string `json:"name" readOnly:"true" doc:"The one in the text"`
	Text     string `json:"text" maxLength:"65536" doc:"YAML"`
	Retired  bool   `json:"retired,omitempty" readOnly:"true" doc:"No longer offered for new orders"`
}

// DocumentKind implements trace.Document.
func (Pattern) DocumentKind() trace.Kind { return KindPatterns }

// DocumentRefs implements trace.Document.
func (p Pattern) DocumentRefs() []string {
	refs := []string{shapeTerm(p.Shape, p.Producer)}
	if p.Producer != "" {
		refs = append(refs, trace.ProducerTerm(p.Producer))
	}
	return refs
}

// shapeTerm finds the patterns of one owner.
func shapeTerm(s Shape, producer string) string { return "shape:" + string(s) + ":" + producer }

// patternID is unique by what makes a pattern known: no owner has two of a name.
func patternID(s Shape, producer, name string) string {
	if producer == "" {
		producer = "office"
	}
	return string(s) + "-" + producer + "-" + name
}

// parse reads the text and takes the name from it.
func (p *Pattern) parse() error {
	p.Text = strings.ReplaceAll(p.Text, "\r\n", "\n")
	if len(p.Text) > MaxPattern {
		return fieldError(FieldText, fmt.Sprintf("dài %d byte, tối đa %d", len(p.Text), MaxPattern), fmt.Sprintf("has %d bytes, at most %d are allowed", len(p.Text), MaxPattern))
	}
	name, known, err := p.Shape.read(p.Text)
	if err != nil {
		return textRefusal(err)
	}
	if known {
		return fieldError(FieldText, fmt.Sprintf("tên %q đã dùng cho một mẫu có sẵn, hãy đặt tên khác", name), fmt.Sprintf("has the name %q of a built-in one: choose another", name))
	}
	p.Name = name
	return nil
}

// read finds the name in a text, and tells whether a built-in one has it.
func (s Shape) read(text string) (name string, known bool, err error) {
	if s == StockShape {
		stock, err := labels.ParseStock([]byte(text))
		return stock.Name, slices.Contains(labels.StockNames(), stock.Name), err
	}
	template, err := labels.ParseTemplate([]byte(text))
	if err != nil {
		return "", false, err
	}
	_, unknown := labels.TemplateByName(template.Name)
	return template.Name, unknown == nil, nil
}

// textRefusal says on which line of a text something is wrong.
func textRefusal(err error) error {
	wrong, ok := errors.AsType[*labels.TextError](err)
	if !ok {
		return refusal(err)
	}
	where, at := "", ""
	if wrong.Line > 0 {
		where, at = fmt.Sprintf("dòng %d: ", wrong.Line), fmt.Sprintf("line %d: ", wrong.Line)
	}
	return fieldError(FieldText, where+strings.TrimSpace(wrong.Field+" "+wrong.Vietnamese), at+strings.TrimSpace(wrong.Field+" "+wrong.Reason))
}

// FieldText names the text of a pattern in errors.
const FieldText = "text"

// CreatePattern keeps a pattern: a producer does for itself, the office for
// everybody.
func (b *Book) CreatePattern(ctx context.Context, w trace.Write, p Pattern) (trace.Stored[Pattern], error) {
	if p.Producer == "" {
		p.Producer = w.By.Producer // empty for the office
	}
	if err := mayKeep(w.By, p.Producer); err != nil {
		return trace.Stored[Pattern]{}, err
	}
	p.Retired = false
	if err := p.parse(); err != nil {
		return trace.Stored[Pattern]{}, err
	}
	if done, err := b.keptBefore(ctx, w, p); done.ID != "" || err != nil {
		return done, err
	}
	s, err := trace.Create(ctx, b.ledger, w, patternID(p.Shape, p.Producer, p.Name), p)
	if errors.Is(err, trace.ErrExists) {
		return s, fieldError(FieldText, fmt.Sprintf("tên %q đã có, hãy sửa mẫu đó hoặc đặt tên khác", p.Name), fmt.Sprintf("has the name %q, which is taken: change that one or choose another", p.Name))
	}
	return s, err
}

// keptBefore finds what the same request made, or that it stood for another.
func (b *Book) keptBefore(ctx context.Context, w trace.Write, p Pattern) (trace.Stored[Pattern], error) {
	all, err := trace.All[Pattern](ctx, b.ledger, shapeTerm(p.Shape, p.Producer))
	if err != nil {
		return trace.Stored[Pattern]{}, err
	}
	if done, err := repeated(ctx, b, w, all); done.ID != "" || err != nil {
		return done, err
	}
	if len(all) >= MaxPatterns {
		return trace.Stored[Pattern]{}, conflict(fmt.Sprintf("đã có %d mẫu, là số tối đa; hãy sửa một mẫu không dùng nữa", MaxPatterns),
			fmt.Sprintf("there are %d already, the most that are kept: change one that is no longer used", MaxPatterns))
	}
	return trace.Stored[Pattern]{}, nil
}

// ChangePattern replaces the text of a pattern, and offers it again: its owner
// does. The name stays.
func (b *Book) ChangePattern(ctx context.Context, w trace.Write, shape Shape, id, text string) (trace.Stored[Pattern], error) {
	return trace.Update(ctx, b.ledger, w, id, mayKeepPattern(w.By, shape), func(cur *Pattern) error {
		next := *cur
		next.Text, next.Retired = text, false
		if err := next.parse(); err != nil {
			return err
		}
		if next.Name != cur.Name {
			return fieldError(FieldText, fmt.Sprintf("phải giữ tên %q; tên khác thì lập mẫu mới", cur.Name), fmt.Sprintf("must keep the name %q; make a new one for another name", cur.Name))
		}
		*cur = next
		return nil
	})
}

// SetLogo puts a picture, a PNG or JPEG file, into a template where it shows a
// logo: its owner does.
func (b *Book) SetLogo(ctx context.Context, w trace.Write, id string, picture []byte) (trace.Stored[Pattern], error) {
	return trace.Update(ctx, b.ledger, w, id, mayKeepPattern(w.By, TemplateShape), func(cur *Pattern) error {
		template, err := labels.ParseTemplate([]byte(cur.Text))
		if err != nil {
			return textRefusal(err)
		}
		with, err := template.WithLogo(picture)
		if err != nil {
			return textRefusal(err)
		}
		next := *cur
		next.Text, next.Retired = with.Text(), false
		if err := next.parse(); err != nil {
			return err
		}
		*cur = next
		return nil
	})
}

// RetirePattern offers a pattern no longer: its owner does.
func (b *Book) RetirePattern(ctx context.Context, w trace.Write, shape Shape, id string) (trace.Stored[Pattern], error) {
	return trace.Update(ctx, b.ledger, w, id, mayKeepPattern(w.By, shape), func(cur *Pattern) error {
		if cur.Retired {
			return conflict("mẫu đã ngừng dùng", "it is out of use already")
		}
		cur.Retired = true
		return nil
	})
}

func mayKeepPattern(by trace.Actor, shape Shape) func(Pattern) error {
	return func(p Pattern) error {
		if p.Shape != shape {
			return trace.ErrHidden
		}
		return mayKeep(by, p.Producer)
	}
}

func maySeePattern(by trace.Actor, p Pattern) error {
	if p.Producer == "" && by.Role.Known() || p.Producer != "" && by.Reads(p.Producer) {
		return nil
	}
	return trace.ErrHidden
}

// Pattern returns one pattern of a shape.
func (b *Book) Pattern(ctx context.Context, by trace.Actor, shape Shape, id string) (trace.Stored[Pattern], error) {
	return trace.Read(ctx, b.ledger, id, func(p Pattern) error {
		if p.Shape != shape {
			return trace.ErrHidden
		}
		return maySeePattern(by, p)
	})
}

// patterns are those of a shape that an owner keeps and still offers.
func (b *Book) patterns(ctx context.Context, shape Shape, owner string) ([]Pattern, error) {
	found, err := trace.All[Pattern](ctx, b.ledger, shapeTerm(shape, owner))
	if err != nil {
		return nil, err
	}
	var kept []Pattern
	for _, s := range found {
		if !s.Data.Retired {
			kept = append(kept, s.Data)
		}
	}
	return kept, nil
}

// textOf is the text of a pattern that a producer may use: its own before the
// office's. It is "" where there is none.
func (b *Book) textOf(ctx context.Context, shape Shape, producer, name string) (string, error) {
	for _, owner := range []string{producer, ""} {
		s, err := trace.Head[Pattern](ctx, b.ledger, patternID(shape, owner, name))
		if err == nil && !s.Data.Retired {
			return s.Data.Text, nil
		}
		if err != nil && !errors.Is(err, trace.ErrNotFound) {
			return "", err
		}
	}
	return "", nil
}
