package mongo

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"temgoc/storage/internal/body"
)

// FuzzConversion checks that every body goes to BSON bytes and comes back
// with the same JSON.
func FuzzConversion(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":null}],"c":"\ud83c\udf75<&>","d":true}`))
	f.Add([]byte(`{"max":9223372036854775807,"min":-9223372036854775808,"small":-1}`))
	f.Add([]byte(`{"":1}`))
	f.Add([]byte(`{"e":{},"a":[],"z":[{},null,""],"0":0}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		o, err := body.Parse(raw)
		if err != nil {
			return
		}
		want, err := o.JSON()
		if err != nil {
			t.Fatal(err)
		}
		stored, err := bson.Marshal(toBSON(o))
		if err != nil {
			t.Fatalf("%s: %v", want, err)
		}
		var back bson.D
		if err := bson.Unmarshal(stored, &back); err != nil {
			t.Fatalf("%s: %v", want, err)
		}
		again, err := fromBSON(back)
		if err != nil {
			t.Fatalf("%s: %v", want, err)
		}
		if got, err := again.JSON(); err != nil || string(got) != string(want) {
			t.Errorf("%s came back as %s, %v", want, got, err)
		}
	})
}
