package scan

// KeptBytes is the size of all rendered answers that the cache keeps.
func (c *Cache) KeptBytes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	sum := 0
	for _, e := range c.entries.Values() {
		for i := range e.pages {
			for _, r := range []*rendered{e.pages[i].Load(), e.items[i].Load()} {
				if r != nil {
					sum += len(r.body)
				}
			}
		}
	}
	return sum
}
