package ui

import (
	"net/url"
	"slices"
	"strings"

	"temgoc/internal/trace"
)

// The kinds of inputs beside those of HTML that a Field may have.
const (
	TextArea = "textarea"
	Select   = "select"
	Radio    = "radio" // big buttons, one of which is pressed
	Moment   = "datetime-local"
	Decimal  = "decimal" // a text that is a number, with a decimal comma or point
	Trap     = "trap"    // a text that no person sees, and only programs fill in
)

// A Field is one input of a form. Its name is the path of the value in the
// domain's JSON, such as "harvest.quantity.value": what the domain finds wrong
// with a value then lands at its input.
type Field struct {
	Name, Label, Hint string
	// Type is one of the kinds above or an input type of HTML; text when empty.
	Type     string
	Value    string
	Error    string
	Required bool
	Options  []Option
	// Offers are values to choose from in a text field that takes any.
	Offers []string
	// Accept and Capture are for files: Capture opens the camera of a phone.
	Accept   string
	Capture  bool
	Multiple bool
	// Autocomplete is the HTML attribute; "off" when empty.
	Autocomplete string
	MaxLength    int
	Rows         int
	ReadOnly     bool
	// Narrow fields stand beside each other where there is room.
	Narrow bool

	scope string // tells apart fields of one name on one page, see Form.Scoped
}

// An Option is a value to choose.
type Option struct {
	Value, Label string
	// Hint is a second line, for radio buttons.
	Hint string
	// Group is the heading under which a select shows it.
	Group string
	// Icon names a picture for radio buttons, see templates/icons.html.
	Icon string
}

// ID is the field's id in the page.
func (f Field) ID() string { return "f-" + f.scope + idOf(f.Name) }

var idReplacer = strings.NewReplacer(".", "-", "[", "-", "]", "")

func idOf(name string) string { return idReplacer.Replace(name) }

// Describes lists the ids of what explains the input.
func (f Field) Describes() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID()+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.ID()+"-error")
	}
	return strings.Join(ids, " ")
}

// Complete is the autocomplete attribute.
func (f Field) Complete() string {
	if f.Autocomplete == "" {
		return "off"
	}
	return f.Autocomplete
}

// Chosen tells whether an option is the value.
func (f Field) Chosen(o Option) bool { return o.Value == f.Value }

// Groups are the headings of the options, in order; one empty one where there
// are none.
func (f Field) Groups() []string {
	var groups []string
	for _, o := range f.Options {
		if !slices.Contains(groups, o.Group) {
			groups = append(groups, o.Group)
		}
	}
	return groups
}

// InGroup lists the options under a heading.
func (f Field) InGroup(group string) []Option {
	var out []Option
	for _, o := range f.Options {
		if o.Group == group {
			out = append(out, o)
		}
	}
	return out
}

// A Group is a part of a form under a heading.
type Group struct {
	Title, Hint string
	Fields      []Field
	// Folded groups are closed until somebody opens them, or one of their
	// fields has a value or an error.
	Folded bool
	// Brief tells in a line what the fields of a folded group hold already: it
	// is then open only when one of them has an error.
	Brief string
	// More is a button at the end of the group, whose name is "_do" and value
	// More[0]: for more rows.
	More []string
}

// Open tells whether a folded group is shown open. A choice that stands at its
// first option says nothing: it always stands somewhere.
func (g Group) Open() bool {
	return slices.ContainsFunc(g.Fields, func(f Field) bool {
		untouched := f.Value == "" || f.Type == Select && len(f.Options) > 0 && f.Value == f.Options[0].Value
		return g.Brief == "" && !untouched || f.Error != ""
	})
}

// A Mistake is what is wrong with one field, for the summary above a form.
type Mistake struct{ Anchor, Label, Message string }

// A Form is sent to the address of its page unless Action says otherwise. It
// works without scripts.
type Form struct {
	Lang   Lang
	Action string
	// Key is the idempotency key: the form, sent twice, takes effect once.
	Key string
	// Revision is that of the document which the form was filled from; a
	// change made meanwhile is then not overwritten. 0 for any.
	Revision int
	Groups   []Group
	Hidden   []Field
	Submit   string
	// Second is a second button, whose name is "_do" and value Second[0].
	Second []string
	// Danger marks a form whose effect cannot be taken back.
	Danger bool
	// Cancel is where to go instead; no link when empty.
	Cancel string
	// Draft is the title under which a script keeps what is typed, and sends it
	// later when there is no connection; empty for none.
	Draft string
	// Problem and Mistakes are what was wrong with what was sent.
	Problem  string
	Mistakes []Mistake
}

// Upload tells whether the form sends files.
func (f *Form) Upload() bool {
	for _, g := range f.Groups {
		for _, field := range g.Fields {
			if field.Type == "file" {
				return true
			}
		}
	}
	return false
}

// HasMore tells whether a group has a button of its own. The form's first button
// must then come before it: it is the one that the Enter key presses.
func (f *Form) HasMore() bool {
	return slices.ContainsFunc(f.Groups, func(g Group) bool { return len(g.More) > 0 })
}

// Fields visits every field for a change.
func (f *Form) fields(visit func(*Field)) {
	for i := range f.Groups {
		for j := range f.Groups[i].Fields {
			visit(&f.Groups[i].Fields[j])
		}
	}
}

// Scoped keeps the ids of a form apart from those of other forms on its page.
func (f *Form) Scoped(scope string) *Form {
	f.fields(func(field *Field) { field.scope = scope + "-" })
	return f
}

// Field finds a field by its name, or nil.
func (f *Form) Field(name string) *Field {
	var found *Field
	f.fields(func(field *Field) {
		if field.Name == name {
			found = field
		}
	})
	return found
}

// neverFilled are the types of fields that are sent anew each time.
var neverFilled = []string{"password", "file", Trap}

// Fill puts values into the fields that have one. Passwords and traps are never
// filled.
func (f *Form) Fill(values url.Values) *Form {
	f.fields(func(field *Field) {
		if v, ok := values[field.Name]; ok && len(v) > 0 && !slices.Contains(neverFilled, field.Type) {
			field.Value = v[0]
		}
	})
	return f
}

// Blame writes what is wrong to the fields it concerns, and into the summary. A
// mistake in something that the form does not show is told in the summary
// alone; a mistake in a part of a field, such as its unit, goes to the field.
func (f *Form) Blame(errs trace.FieldErrors) *Form {
	for _, e := range errs {
		message := f.Lang.Name(e.Message)
		field := f.blamed(e.Field)
		if field == nil {
			f.Mistakes = append(f.Mistakes, Mistake{Label: e.Field, Message: message})
			continue
		}
		if field.Error == "" {
			field.Error = message
		}
		f.Mistakes = append(f.Mistakes, Mistake{field.ID(), field.Label, message})
	}
	return f
}

// blamed is the field with the name, or the first one whose value holds the
// part that is wrong, or is a part of it.
func (f *Form) blamed(name string) *Field {
	if field := f.Field(name); field != nil {
		return field
	}
	var found *Field
	f.fields(func(field *Field) {
		part := strings.HasPrefix(name, field.Name) && strings.ContainsAny(name[len(field.Name):][:1], ".[")
		whole := strings.HasPrefix(field.Name, name) && strings.ContainsAny(field.Name[len(name):][:1], ".[")
		if found == nil && name != "" && (part || whole) {
			found = field
		}
	})
	return found
}
