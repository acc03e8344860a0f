package policy_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"

	"temgoc/internal/proof/cosignature"
	"temgoc/internal/proof/policy"
	"temgoc/internal/testing/treelog"
)

var at = time.Date(2026, 5, 12, 8, 30, 0, 0, time.UTC)

func clock() time.Time { return at }

// world is a log with witnesses w1 to w4 and the lines that define them.
func world(t testing.TB) (log *treelog.Log, w []*cosignature.Signer, lines string) {
	log = treelog.New(t, "t.example.vn/log")
	log.Grow(7, "a")
	lines = fmt.Sprintf("log %s https://t.example.vn/log\n", log.VKey)
	for i := range 4 {
		s := treelog.Witness(t, fmt.Sprintf("w%d.example.vn", i+1), clock)
		w = append(w, s)
		lines += fmt.Sprintf("witness w%d %s\n", i+1, s.Verifier())
	}
	return log, w, lines
}

// Which sets of witnesses meet which quorum; torchwood agrees.
func TestQuorum(t *testing.T) {
	log, w, lines := world(t)
	tests := []struct {
		rule string
		need func(has [4]bool) bool
	}{
		{"quorum none\n", func([4]bool) bool { return true }},
		{"quorum w2\n", func(h [4]bool) bool { return h[1] }},
		{"group g any w1 w3\nquorum g\n", func(h [4]bool) bool { return h[0] || h[2] }},
		{"group g all w1 w2 w3 w4\nquorum g\n", func(h [4]bool) bool { return h[0] && h[1] && h[2] && h[3] }},
		{"group a 1 w1 w2\ngroup b all w3 w4\n\n\t# both\ngroup c 2 a b\n quorum\tc \n", func(h [4]bool) bool { return (h[0] || h[1]) && h[2] && h[3] }},
	}
	for _, test := range tests {
		p, err := policy.Parse([]byte(lines + test.rule))
		if err != nil {
			t.Fatalf("%q: %v", test.rule, err)
		}
		theirs, err := torchwood.ParsePolicy([]byte(lines + test.rule))
		if err != nil {
			t.Fatalf("torchwood refuses %q: %v", test.rule, err)
		}
		for set := range 16 {
			var has [4]bool
			var signers []note.Signer
			for i := range has {
				if has[i] = set>>i&1 == 1; has[i] {
					signers = append(signers, w[i])
				}
			}
			signed := log.Signed(7, signers...)
			r, err := p.Verify(signed)
			if err != nil || r.Met != test.need(has) || len(r.Witnesses) != len(signers) || r.Size != 7 || r.Origin != log.Name {
				t.Errorf("%q with %v: %+v, %v", test.rule, has, r, err)
			}
			if _, _, err := torchwood.VerifyCheckpoint(signed, theirs); (err == nil) != r.Met {
				t.Errorf("%q with %v: we say %t, torchwood %v", test.rule, has, r.Met, err)
			}
			if len(signers) > 0 && !r.Since().Equal(at) {
				t.Errorf("cosigned at %v, want %v", r.Since(), at)
			}
		}
	}
}

func TestUntrusted(t *testing.T) {
	log, w, lines := world(t)
	p, err := policy.Parse([]byte(lines + "quorum none\n"))
	if err != nil {
		t.Fatal(err)
	}
	other := treelog.New(t, "other.example.vn/log")
	other.Grow(7, "a")
	foreign := treelog.Witness(t, "foreign.example.vn", clock)
	good := string(log.Signed(7, w[0], foreign))
	if r, err := p.Verify([]byte(good)); err != nil || r.Unknown != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	body, _, _ := strings.Cut(good, "\n\n")
	cosigned := good[:len(body)+2] + good[strings.Index(good, "— w1"):]
	tests := map[string]string{
		"the log did not sign":         cosigned,
		"another log":                  string(other.Signed(7, w[0])),
		"another size":                 strings.Replace(good, "\n7\n", "\n8\n", 1),
		"another origin":               strings.Replace(good, log.Name, "x.example.vn/log", 1),
		"no signature":                 body + "\n\n",
		"cut off":                      good[:len(good)-1],
		"more than can be":             strings.Replace(good, "\n7\n", "\n9007199254740992\n", 1),
		"size with a zero":             strings.Replace(good, "\n7\n", "\n07\n", 1),
		"signed twice":                 good + good[strings.Index(good, "— w1"):],
		"signature of the log is torn": strings.Replace(good, "— "+log.Name+" ", "— "+log.Name+"  ", 1),
	}
	for name, text := range tests {
		if r, err := p.Verify([]byte(text)); err == nil {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if _, err := p.Verify([]byte(cosigned)); !errors.Is(err, policy.ErrUntrusted) {
		t.Errorf("error %v, want %v", err, policy.ErrUntrusted)
	}
}

func TestParseErrors(t *testing.T) {
	_, w, lines := world(t)
	witness := fmt.Sprintf("witness w1 %s\n", w[0].Verifier())
	logLine, _, _ := strings.Cut(lines, "\n")
	vkey := strings.Fields(logLine)[1]
	tests := map[string]string{
		"":                                       "no quorum",
		"quorum none":                            "line 1 has no end",
		"# x\r\nquorum none\n":                   "line 1: a control character (0x0d)",
		"quorum none\nquorum none\n":             "line 2: a second quorum",
		"quorum w1\n":                            `line 1: "w1" is not defined above`,
		"# \xff\nquorum none\n":                  "line 1: it is not text in UTF-8",
		"trust me\n":                             `line 1: "trust" is not`,
		"log\n":                                  "line 1: it is: log VKEY",
		"log x y z\n":                            "line 1: it is: log VKEY",
		"log x\n":                                "line 1: not the key of a log",
		"log " + w[0].Verifier().String() + "\n": "not the key of a log",
		logLine + "\n" + logLine + "\n":          "line 2: the same key is given for two logs",
		"log " + strings.Replace(vkey, "+", "+0", 1) + "\n":       "line 1: not the key",
		"log " + upper(vkey) + "\n":                               "line 1: not the key",
		"witness w\n":                                             "line 1: it is: witness",
		"witness w " + vkey + "\n":                                "line 1: not the key of a witness: algorithm 1",
		witness + witness:                                         "line 2: the same key",
		witness + fmt.Sprintf("witness w1 %s\n", w[1].Verifier()): `line 2: the name "w1" is taken`,
		fmt.Sprintf("witness none %s\n", w[1].Verifier()):         `line 1: the name "none" is taken`,
		witness + "group g any\n":                                 "line 2: it is: group",
		witness + "group g any none\n":                            `line 2: "none" is not defined`,
		witness + "group g any w1 w1\n":                           `line 2: "w1" is a member twice`,
		witness + "group g any w1\ngroup h any w1\n":              `line 3: "w1" is a member twice`,
		witness + "group g 2 w1\n":                                "line 2: \"2\" is not all, any or a number from 1 to 1",
		witness + "group g 0 w1\n":                                "line 2: \"0\" is not",
		witness + "group g 01 w1\n":                               "line 2: \"01\" is not",
		witness + "group w1 any w1\n":                             "line 2: the name",
		witness + "group g any h\n":                               "line 2: \"h\" is not defined",
		strings.Repeat("#\n", policy.MaxSize):                     "more than 65536 bytes",
	}
	for text, want := range tests {
		_, err := policy.Parse([]byte(text))
		if !errors.Is(err, policy.ErrMalformed) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80q: %v, want %q", text, err, want)
		}
	}
}

// upper writes the hash of a vkey in capitals, which package note takes.
func upper(vkey string) string {
	parts := strings.SplitN(vkey, "+", 3)
	return parts[0] + "+" + strings.ToUpper(parts[1]) + "+" + parts[2]
}

// Nothing panics, and no policy makes something a checkpoint that is none.
func FuzzParse(f *testing.F) {
	_, _, lines := world(f)
	f.Add([]byte(lines + "group g 2 w1 w2 w3\ngroup h all g w4\nquorum h\n"))
	f.Add([]byte("quorum none\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := policy.Parse(text)
		if err != nil {
			return
		}
		if _, err := p.Verify([]byte("t\n0\nAAAA\n\n— t AAAA\n")); err == nil {
			t.Error("something that is no checkpoint is believed")
		}
	})
}
