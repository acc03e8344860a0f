package trace

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"temgoc/internal/catalog"
)

// An ErasableKind is a kind of documents that say something about persons, with
// the members of them that can be destroyed. Each package lists those that it
// owns, as ErasableKindOf makes them.
type ErasableKind struct {
	Kind Kind
	// Name is what one such document is called.
	Name catalog.Name
	// Members are paths of JSON members, such as "shipping.recipient".
	Members []Member
	// Whole says that all of them are destroyed or none.
	Whole bool

	removed bool // the document is removed, not emptied
	title   func(content json.RawMessage) string
	refs    func(content json.RawMessage) ([]string, error)
}

// A Member is a part of a document that is about persons.
type Member struct {
	Path string
	Name catalog.Name
	// Secret says that nobody is shown it, as the hash of a password.
	Secret bool
}

// ErasableKindOf makes the ErasableKind of documents T. title calls a document
// by what is public of it. Members are those of its PrivateMembers that can be
// about a person, which the document can do without.
func ErasableKindOf[T PrivateDocument](vi, en string, title func(T) string, members ...Member) ErasableKind {
	var zero T
	for _, m := range members {
		if !slices.Contains(zero.PrivateMembers(), m.Path) {
			panic(fmt.Sprintf("%s of %s is not kept apart", m.Path, zero.DocumentKind()))
		}
	}
	return erasable(vi, en, title, members)
}

func erasable[T Document](vi, en string, title func(T) string, members []Member) ErasableKind {
	var zero T
	return ErasableKind{
		Kind: zero.DocumentKind(), Name: catalog.Name{VI: vi, EN: en}, Members: members,
		title: func(content json.RawMessage) string {
			var v T
			if json.Unmarshal(content, &v) != nil {
				return ""
			}
			return title(v)
		},
		refs: func(content json.RawMessage) ([]string, error) {
			var v T
			if err := json.Unmarshal(content, &v); err != nil {
				return nil, err
			}
			return v.DocumentRefs(), nil
		},
	}
}

// Title calls a document by what is public of a revision of it.
func (k ErasableKind) Title(r Revision) string { return k.title(r.Body) }

// Values are what a revision says in the members that can be destroyed, by their
// paths. Those that say nothing are left out.
func (k ErasableKind) Values(r Revision) (map[string]string, error) {
	values := map[string]string{}
	content := r.Personal
	if k.removed {
		content = r.Body
	}
	if content == nil {
		return values, nil
	}
	object, err := members(content)
	if err != nil {
		return nil, err
	}
	for _, m := range k.Members {
		if text := said(object, strings.Split(m.Path, ".")); text != "" {
			values[m.Path] = text
		}
	}
	return values, nil
}

// said is what the member at a path says; empty when it says nothing.
func said(object map[string]any, path []string) string {
	value := object[path[0]]
	if inner, ok := value.(map[string]any); ok && len(path) > 1 {
		return said(inner, path[1:])
	}
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		text, _ := json.Marshal(v) // cannot fail: it was read from JSON
		return string(text)
	}
}

// Has tells whether all paths are among the members.
func (k ErasableKind) Has(paths []string) bool {
	for _, p := range paths {
		if !slices.ContainsFunc(k.Members, func(m Member) bool { return m.Path == p }) {
			return false
		}
	}
	return true
}

// without is a revision as it is after members were destroyed. It tells whether
// there was anything to destroy.
func (k ErasableKind) without(r Revision, paths []string) (Revision, bool, error) {
	values, err := k.Values(r)
	if err != nil {
		return r, false, err
	}
	maps.DeleteFunc(values, func(path, _ string) bool { return !slices.Contains(paths, path) })
	if len(values) == 0 {
		return r, false, nil
	}
	left, err := members(r.Personal)
	if err != nil {
		return r, false, err
	}
	for path := range values {
		drop(left, strings.Split(path, "."))
	}
	r.Personal, r.Salt = nil, nil
	if len(left) > 0 {
		if r.Personal, err = json.Marshal(left); err != nil {
			return r, false, err
		}
	}
	content, err := r.Content()
	if err != nil {
		return r, false, err
	}
	r.Refs, err = k.refs(content)
	return r, true, err
}

// drop takes a member out of an object, and the objects that it leaves empty.
func drop(object map[string]any, path []string) {
	if len(path) == 1 {
		delete(object, path[0])
		return
	}
	inner, ok := object[path[0]].(map[string]any)
	if !ok {
		return
	}
	if drop(inner, path[1:]); len(inner) == 0 {
		delete(object, path[0])
	}
}

// ErasableKinds lists the kinds of this package that say something about
// persons.
func ErasableKinds() []ErasableKind {
	member := func(path, vi, en string) Member { return Member{Path: path, Name: catalog.Name{VI: vi, EN: en}} }
	note := member("note", "Ghi chú", "Note")
	contacts := erasable("Liên hệ của người phản ánh", "Contact of a problem report", func(Contact) string { return "" },
		[]Member{member("contact", "Liên hệ", "Contact")})
	contacts.removed = true
	return []ErasableKind{
		ErasableKindOf("Chủ thể", "Producer", func(p Producer) string { return p.Name },
			member("phone", "Điện thoại", "Telephone"), member("email", "E-mail", "E-mail")),
		ErasableKindOf("Giấy chứng nhận", "Certificate", func(c Certificate) string { return c.Number }, note),
		ErasableKindOf("Lô", "Batch", func(b Batch) string { return b.Lot.String() }, note),
		ErasableKindOf("Ghi chép", "Record", func(r Record) string { return r.Step().Name.VI + ", " + display(r.Batch) },
			member("person", "Người thực hiện", "Who did it"), note,
			member("harvest.harvester", "Người thu hoạch", "Harvester"),
			member("receiving.supplier", "Người bán, nơi cung cấp", "Supplier"), member("receiving.document", "Số chứng từ nhận", "Document of the receipt"),
			member("sampling.sampledBy", "Người lấy mẫu", "Sampled by"),
			member("shipping.recipient", "Người nhận", "Recipient"), member("shipping.document", "Số chứng từ giao", "Document of the delivery"), member("shipping.vehicle", "Xe", "Vehicle"),
			member("inspecting.inspector", "Số hiệu người kiểm tra", "Inspector's number"), member("inspecting.document", "Biên bản kiểm tra", "Document of the inspection"),
			member("destroying.witness", "Người chứng kiến", "Witness"), member("destroying.document", "Biên bản tiêu hủy", "Document of the destruction")),
		ErasableKindOf("Yêu cầu kiểm nghiệm", "Test request", func(r TestRequest) string { return r.Laboratory },
			member("asker", "Người yêu cầu", "Who asks"), note, member("reason", "Lý do", "Reason")),
		ErasableKindOf("Phiếu kiểm nghiệm", "Test report", func(t TestReport) string { return t.Number },
			note, member("sample.sampledBy", "Người lấy mẫu", "Sampled by")),
		ErasableKindOf("Phản ánh", "Problem report", func(p Problem) string { return p.Kind.Name().VI },
			member("text", "Nội dung", "Text"), member("bought", "Nơi mua", "Where it was bought")),
		ErasableKindOf("Thông báo cho nơi nhận", "Notification", func(n Notification) string { return display(n.Batch) },
			member("recipient", "Nơi nhận", "Recipient"), member("destination", "Địa điểm", "Destination"), member("contact", "Liên hệ", "Contact"),
			member("acknowledged.name", "Người xác nhận", "Who acknowledged"), member("acknowledged.contact", "Liên hệ của người xác nhận", "Its contact"),
			member("acknowledged.note", "Ghi chú của người xác nhận", "Its note")),
		contacts,
	}
}
