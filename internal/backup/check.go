package backup

import (
	"context"
	"fmt"
	"maps"

	"filippo.io/age"

	"temgoc/internal/trace"
)

// A checker reads segments and compares them with their manifests.
type checker struct {
	Target     Target
	Identities []age.Identity // none: nothing is decrypted
	Progress   func(Pace)
	pace       Pace
}

// segment compares the parts of a segment: their bytes, and, where there is an
// identity, what they hold.
func (c *checker) segment(ctx context.Context, m *Manifest) error {
	revisions, others := map[trace.Kind]int64{}, map[Role]int64{}
	for _, p := range m.Parts {
		content, err := fetch(ctx, c.Target, p.Name)
		if err != nil {
			return err
		}
		if int64(len(content)) != p.Size || sum(content) != p.SHA256 {
			return damaged("%s is not what was written", p.Name)
		}
		c.pace.Bytes += p.Size
		c.Progress(c.pace)
		others[p.Role] += p.Records
		if len(c.Identities) == 0 || p.Role == RoleKeys {
			continue
		}
		if err := c.open(p, content, revisions); err != nil {
			return err
		}
	}
	for role, want := range map[Role]int64{RoleCounters: m.Counters, RoleHeld: m.Held, RoleFiles: m.Files} {
		if others[role] != want {
			return damaged("%s has %d %s, not %d", m.Segment, others[role], role, want)
		}
	}
	if len(c.Identities) > 0 && !maps.Equal(revisions, m.Revisions) {
		return damaged("%s has other revisions than its manifest says", m.Segment)
	}
	return nil
}

// open reads all records of a part.
func (c *checker) open(p Part, content []byte, revisions map[trace.Kind]int64) error {
	r, err := openPart(p, content, c.Identities)
	if err != nil {
		return err
	}
	defer r.close()
	if err := r.skip(func(k trace.Kind) { revisions[k]++ }); err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	return nil
}

// Check reads a segment and all that it continues, and compares them with their
// manifests; where identities are given, decrypted and counted.
func Check(ctx context.Context, t Target, chain []*Manifest, identities []age.Identity, progress func(Pace)) error {
	c := checker{Target: t, Identities: identities, Progress: progress, pace: Pace{Step: "comparing"}}
	for _, m := range chain {
		c.pace.Of += m.Bytes()
	}
	for _, m := range chain {
		if err := c.segment(ctx, m); err != nil {
			return err
		}
	}
	return nil
}
