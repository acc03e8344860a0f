package proof

import (
	"bytes"
	"encoding/json"
	"strings"

	"temgoc/internal/trace"
)

// nouns are what documents are called in types of statements; what is missing
// is called by its kind.
var nouns = map[trace.Kind]string{
	trace.KindProducers: "producer", trace.KindProducts: "product", trace.KindCertificates: "certificate", trace.KindBatches: "batch",
	trace.KindRecords: "record", trace.KindRequests: "request", trace.KindTests: "test", trace.KindVoids: "codes",
	trace.KindRecalls: "recall", trace.KindProblems: "problem", trace.KindFiles: "file", trace.KindExports: "export",
	trace.KindMasterKeys: "key", trace.KindErasures: "erasure", "orders": "order", "people": "person", "organisations": "organisation",
}

// firsts are what the first revision of a document states, later what a later
// one does that tells nothing more special.
var (
	firsts = map[trace.Kind]string{
		trace.KindRecords: "added", trace.KindTests: "reported", trace.KindCertificates: "attached", trace.KindVoids: "voided",
		trace.KindFiles: "stored", trace.KindExports: "made", trace.KindErasures: "begun", "orders": "allocated",
	}
	later = map[trace.Kind]string{trace.KindRecords: "corrected", trace.KindTests: "corrected"}
)

// turns are members whose change is what a revision states, and how that is
// called; of several the first one counts.
var turns = []struct{ member, called string }{
	{"retracted", "retracted"}, {"withdrawn", "withdrawn"}, {"superseded", "superseded"}, {"confirmed", "confirmed"},
	{"verified", "verified"}, {"memberships", "role-changed"}, {"disabled", "disabled"}, {"revoked", "revoked"},
}

// typeOf names what a revision states; old is nil for the first one.
func typeOf(kind trace.Kind, old, now content) string {
	noun, named := nouns[kind]
	if !named {
		noun = string(kind)
	}
	return noun + "." + happened(kind, old, now)
}

func happened(kind trace.Kind, old, now content) string {
	if old == nil {
		return otherwise(firsts[kind], "created")
	}
	if state := now.text("state"); state != "" && state != old.text("state") {
		return state
	}
	for _, t := range turns {
		if !same(old[t.member], now[t.member]) {
			return t.called
		}
	}
	return otherwise(later[kind], "changed")
}

// same compares the content of two members, of which either may be absent.
func same(a, b json.RawMessage) bool {
	x, errX := Canonical(a)
	y, errY := Canonical(b)
	return bytes.Equal(x, y) && (errX == nil) == (errY == nil)
}

func otherwise(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

// scopeTerms are the terms of documents by which the leaves of what belongs
// together are found, by their prefix, besides each document's own topic.
var scopeTerms = map[trace.Kind][]string{
	trace.KindRecords: {"batch:"}, trace.KindTests: {"batch:", "periodic:"}, trace.KindVoids: {"batch:"}, "orders": {"batch:"},
	trace.KindCertificates: {"product:", "general:"},
}

// scopesOf are the terms under which the leaf of a revision is found.
func scopesOf(r trace.Revision) []string {
	scopes := []string{trace.Topic(r.Kind, r.ID)}
	if r.Kind == trace.KindErasures {
		scopes = append(scopes, r.ID) // the topic of what was erased
	}
	for _, ref := range r.Refs {
		for _, prefix := range scopeTerms[r.Kind] {
			if strings.HasPrefix(ref, prefix) {
				scopes = append(scopes, ref)
			}
		}
	}
	return scopes
}

// inOf is the term of what a document belongs to; empty where there is none.
func inOf(scopes []string) string {
	if len(scopes) < 2 {
		return ""
	}
	return scopes[1]
}
