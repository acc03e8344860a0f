package proof

import "temgoc/internal/catalog"

// A Mismatch is why a proof does not hold. Other errors mean that it could not
// be checked.
type Mismatch struct{ catalog.Name }

func (m *Mismatch) Error() string { return m.EN }

func mismatch(vi, en string) error { return &Mismatch{catalog.Name{VI: vi, EN: en}} }
