package stamp

import (
	"bytes"
	"errors"
	"testing"
)

func TestPurpose(t *testing.T) {
	keys, err := NewKeys(source("purpose"))
	if err != nil {
		t.Fatal(err)
	}
	if keys, err = keys.Rotate(source("another")); err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, kid := range keys.IDs() {
		for _, purpose := range []string{"a", "b"} {
			key, err := keys.Purpose(kid, purpose)
			if err != nil || len(key) != 32 {
				t.Fatalf("%s, %s: %d bytes, %v", kid, purpose, len(key), err)
			}
			if other, taken := seen[string(key)]; taken {
				t.Errorf("%s/%s has the key of %s", kid, purpose, other)
			}
			seen[string(key)] = kid + "/" + purpose
			again, err := keys.Purpose(kid, purpose)
			if err != nil || !bytes.Equal(again, key) {
				t.Errorf("%s/%s differs the second time, %v", kid, purpose, err)
			}
		}
	}
	if _, err := keys.Purpose("k9", "a"); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("unknown key: %v", err)
	}
}
