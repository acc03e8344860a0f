package proof

import "temgoc/internal/trace"

// A Group is what one document of KindLeaves says, for who copies the log: the
// leaves that were appended in one step.
type Group struct {
	// Start is the index of the first leaf, Size that of the log with the last.
	Start, Size int64
	// Checkpoint is the signed note about that size.
	Checkpoint string
	// Of are the revisions that the leaves are of. Each was stored before its
	// leaf.
	Of []Leafed
}

// Leafed names a revision that has a leaf.
type Leafed struct {
	Kind   trace.Kind
	ID     string
	Number int
}

// ReadGroup reads a document of KindLeaves. Its form is checked, its signature is
// not: Audit does.
func ReadGroup(r trace.Revision) (Group, error) {
	stored, err := readGroup(r)
	if err != nil {
		return Group{}, err
	}
	g := Group{Start: stored.start, Size: stored.Size, Checkpoint: stored.Checkpoint, Of: make([]Leafed, len(stored.Leaves))}
	for i, e := range stored.Leaves {
		g.Of[i] = Leafed{e.Kind, e.ID, e.Number}
	}
	return g, nil
}
