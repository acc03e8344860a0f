package api

import (
	"context"
	"errors"
	"net/url"

	"temgoc/internal/trace"
)

// Paging is part of the input of every list.
type Paging struct {
	After string `query:"after" maxLength:"1000" doc:"The \"next\" of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Entries on a page"`
}

func (p Paging) paging() trace.Paging { return trace.Paging{After: p.After, Limit: p.Limit} }

// A Page is the answer that holds a part of a list.
type Page[T any] struct {
	Link string `header:"Link"`
	Body PageBody[T]
}

// A PageBody is its body.
type PageBody[T any] struct {
	Items []T    `json:"items" doc:"The newest first"`
	Next  string `json:"next,omitempty" doc:"Cursor of the next page; absent on the last"`
}

// page makes the answer out of what a ledger's list returned; view turns each
// document into what is shown of it.
func page[T trace.Document, V any](ctx context.Context, in Paging, list trace.List[T], err error, view func(trace.Stored[T]) V) (*Page[V], error) {
	if err != nil {
		return nil, in.blame(err)
	}
	out := &Page[V]{Body: PageBody[V]{Items: make([]V, len(list.Items)), Next: list.Next}}
	for i, s := range list.Items {
		out.Body.Items[i] = view(s)
	}
	if list.Next != "" {
		out.Link = callOf(ctx).linkNext(list.Next)
	}
	return out, nil
}

// blame finds the cursor at fault for an error that names no field.
func (p Paging) blame(err error) error {
	var fields trace.FieldErrors
	if p.After == "" || !errors.Is(err, trace.ErrInvalid) || errors.As(err, &fields) {
		return err
	}
	return fieldError("query.after", "không phải là giá trị \"next\" của một trang trước", "is not the \"next\" of a page")
}

// linkNext is the Link header that leads to the next page.
func (c *call) linkNext(cursor string) string {
	query, err := url.ParseQuery(c.query)
	if err != nil {
		return ""
	}
	query.Set("after", cursor)
	next := url.URL{Path: c.path, RawQuery: query.Encode()}
	return "<" + next.String() + `>; rel="next"`
}

// stored shows a document as it is kept.
func stored[T any](s trace.Stored[T]) trace.Stored[T] { return s }
