package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"temgoc/internal/account"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// operator is who works at the command line of the machine.
var operator = trace.Actor{ID: "operator", Role: trace.Administrator, Organisation: "operator"}

// keyCmd manages keys: those of the API, and the file that stamps are made
// with.
type keyCmd struct {
	Create keyCreateCmd `cmd:"" help:"Make an API key; it is shown once."`
	List   keyListCmd   `cmd:"" help:"List the API keys."`
	Revoke keyRevokeCmd `cmd:"" help:"Revoke an API key; it stops working within seconds."`
	Init   keyInitCmd   `cmd:"" help:"Make the key file from which item codes derive, and beside it the one that signs the log."`
	Rotate keyRotateCmd `cmd:"" help:"Add a key to the key file; new batches use it, old codes stay valid."`
}

type keyCreateCmd struct {
	storeFlags
	Role         string `help:"Role: administrator, office, certifier, producer, laboratory or inspector." required:""`
	Producer     string `help:"Id of the producer, for the role producer." placeholder:"ID"`
	Organisation string `help:"Name of the authority or laboratory, for the other roles." placeholder:"NAME"`
	Label        string `help:"What the key is for." required:"" placeholder:"TEXT"`
	Days         int    `help:"Days until it expires, at most 365." default:"365"`
}

// Run implements the command.
func (c keyCreateCmd) Run(ctx context.Context, out terminal) error {
	s, err := c.storeFlags.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	text, key, err := s.accounts.Create(ctx, trace.Write{By: operator}, account.NewKey{
		Role: trace.Role(c.Role), Producer: c.Producer, Organisation: c.Organisation, Label: c.Label,
		Expires: time.Now().Add(time.Duration(c.Days) * 24 * time.Hour),
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out.err, "key %s, role %s, until %s. Keep it safe, it is not shown again:\n",
		key.ID, key.Data.Role, day(key.Data.Expires))
	_, err = fmt.Fprintln(out.out, text)
	return err
}

type keyListCmd struct{ storeFlags }

// Run implements the command.
func (c keyListCmd) Run(ctx context.Context, out terminal) error {
	s, err := c.storeFlags.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	w := tabwriter.NewWriter(out.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tROLE\tPRODUCER\tORGANISATION\tLABEL\tEXPIRES\tREVOKED")
	for p := (trace.Paging{Limit: trace.MaxPage}); ; {
		keys, err := s.accounts.List(ctx, operator, p)
		if err != nil {
			return err
		}
		for _, k := range keys.Items {
			d := k.Data
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", k.ID, d.Role, d.Producer, d.Organisation, d.Label,
				day(d.Expires), day(d.Revoked))
		}
		if keys.Next == "" {
			return w.Flush()
		}
		p.After = keys.Next
	}
}

type keyRevokeCmd struct {
	storeFlags
	ID string `arg:"" help:"Id of the key: the eight characters after temgoc_."`
}

// Run implements the command.
func (c keyRevokeCmd) Run(ctx context.Context, out terminal) error {
	s, err := c.storeFlags.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	if _, err := s.accounts.Revoke(ctx, trace.Write{By: operator}, c.ID); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out.out, "key %s is revoked\n", c.ID)
	return err
}

type keyInitCmd struct {
	Keys string `help:"Where to put it." required:"" placeholder:"FILE"`
}

// Run implements the command.
func (c keyInitCmd) Run(out terminal) error {
	if err := os.MkdirAll(filepath.Dir(c.Keys), 0o700); err != nil {
		return err
	}
	keys, err := stamp.CreateKeys(c.Keys, rand.Reader)
	if err != nil {
		return err
	}
	log, err := newLogKey(logKeyBeside(c.Keys))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out.out, "%s written, fingerprint %s. Keep a copy in a safe place: without it item codes cannot be verified.\n"+
		"%s written. Keep a copy, apart from the data: it signs the log of all records. Others check what it signs with:\n%s\n",
		c.Keys, keys.Fingerprint(), logKeyBeside(c.Keys), log.VKey)
	return err
}

type keyRotateCmd struct {
	Keys string `help:"The key file." required:"" placeholder:"FILE"`
}

// Run implements the command.
func (c keyRotateCmd) Run(out terminal) error {
	keys, err := stamp.RotateKeys(c.Keys, rand.Reader)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out.out, "%s has the new key %s, fingerprint %s. Copy the file to every replica, keep a copy, and restart.\n",
		c.Keys, keys.Current(), keys.Fingerprint())
	return err
}

// day writes the day of an instant, and nothing for none.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return trace.DateOf(t).String()
}
