package scan

import "context"

// KeptBytes is the size of all rendered answers that the cache keeps.
func (c *Cache) KeptBytes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	sum := 0
	for _, e := range c.entries.Values() {
		for i := range e.pages {
			kept := []*rendered{e.pages[i].Load()}
			for l := range e.items {
				kept = append(kept, e.items[l][i].Load())
			}
			for _, r := range kept {
				if r != nil {
					sum += len(r.body)
				}
			}
		}
	}
	return sum
}

// Learn goes once through the batches that there are.
func (c *Cache) Learn(ctx context.Context) error {
	_, err := c.codes.walk(ctx, c.batches, "")
	return err
}

// Learned tells whether it was done.
func (c *Cache) Learned() bool { return c.codes.complete.Load() }

// KeptNotices is how many notices are kept.
func (p *Pages) KeptNotices() int { return len(p.notices.of) }
