package proof

import "testing"

// TestNeeded says of ids of documents of the log which size of the log they need.
func TestNeeded(t *testing.T) {
	for _, test := range []struct {
		id     string
		needed int64
		ok     bool
	}{
		{"0/0", 256, true}, {"0/3", 1024, true}, {"1/0", 65536, true}, {"entries/1", 512, true},
		{"0/00", 0, false}, {"entries/x", 0, false}, {"-1/0", 0, false}, {"9/0", 0, false}, {"0/-1", 0, false}, {"", 0, false}, {"0/9223372036854775807", 0, false},
	} {
		if needed, ok := neededByTile(test.id); ok != test.ok || ok && needed != test.needed {
			t.Errorf("%q needs %d, %v", test.id, needed, ok)
		}
	}
	for id, ok := range map[string]bool{groupID(0): true, groupID(77): true, "77": false, "x": false, "-00000000000001": false} {
		if _, is := neededByGroup(id); is != ok {
			t.Errorf("%q is the id of a group: %v", id, is)
		}
	}
}
