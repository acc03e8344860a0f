package trace

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// A PrivateDocument has members that are about persons or not for the public.
// They are kept apart from its Body, in Personal, so that what is public of a
// revision can be shown and proved without them, and that they can be destroyed
// while the rest stays proved.
type PrivateDocument interface {
	Document
	// PrivateMembers are paths of JSON members, such as "shipping.recipient".
	// None leads through an array. They do not depend on the content.
	PrivateMembers() []string
}

// split parts the content of a document into what is public and what is not.
// personal is nil where there is nothing of the kind.
func split(v Document, content []byte) (public, personal json.RawMessage, err error) {
	private, ok := v.(PrivateDocument)
	if !ok {
		return content, nil, nil
	}
	body, err := members(content)
	if err != nil {
		return nil, nil, err
	}
	apart := map[string]any{}
	for _, path := range private.PrivateMembers() {
		move(body, apart, strings.Split(path, "."))
	}
	if len(apart) == 0 {
		return content, nil, nil
	}
	if public, err = json.Marshal(body); err != nil {
		return nil, nil, err
	}
	personal, err = json.Marshal(apart)
	return public, personal, err
}

// move takes the member that path leads to, if there is one, from one object
// into another.
func move(from, to map[string]any, path []string) {
	value, ok := from[path[0]]
	if !ok {
		return
	}
	if len(path) == 1 {
		to[path[0]] = value
		delete(from, path[0])
		return
	}
	inner, ok := value.(map[string]any)
	if !ok {
		return
	}
	beside, ok := to[path[0]].(map[string]any)
	if !ok {
		beside = map[string]any{}
	}
	if move(inner, beside, path[1:]); len(beside) > 0 {
		to[path[0]] = beside
	}
}

// Content is all that a revision says: Body with what is Personal in its place.
func (r Revision) Content() (json.RawMessage, error) {
	if r.Personal == nil {
		return r.Body, nil
	}
	content, err := members(r.Body)
	if err != nil {
		return nil, err
	}
	personal, err := members(r.Personal)
	if err != nil {
		return nil, err
	}
	join(content, personal)
	return json.Marshal(content)
}

func join(into, from map[string]any) {
	for name, value := range from {
		inner, isObject := into[name].(map[string]any)
		if more, ok := value.(map[string]any); ok && isObject {
			join(inner, more)
			continue
		}
		into[name] = value
	}
}

// members reads a JSON object; numbers stay as they are written.
func members(raw []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		return nil, fmt.Errorf("%w: not a JSON object: %w", ErrInvalid, err)
	}
	return object, nil
}
