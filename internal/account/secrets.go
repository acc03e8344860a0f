package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"temgoc/internal/trace"
)

// KindSecrets is the kind of what a person signs in with.
const KindSecrets trace.Kind = "secrets"

// secrets are what a person signs in with. They never leave this package.
type secrets struct {
	// Password is a hash in the PHC form; empty until one is set.
	Password string `json:"password,omitempty"`
	// Factor is a sealed factor; empty while there is no second one.
	Factor string `json:"factor,omitempty"`
	// Epoch counts the changes that ended all sessions.
	Epoch int `json:"epoch"`
}

// DocumentKind implements trace.Document.
func (secrets) DocumentKind() trace.Kind { return KindSecrets }

// PrivateMembers implements trace.PrivateDocument.
func (secrets) PrivateMembers() []string { return []string{"password", "factor"} }

// DocumentRefs implements trace.Document.
func (secrets) DocumentRefs() []string { return nil }

// A factor is a second factor.
type factor struct {
	// Secret is what the authenticator app has, in base32.
	Secret string `json:"secret"`
	// Recovery are the SHA-256 of the recovery codes that are left. They are
	// short, so what keeps them from being searched is the seal.
	Recovery []string `json:"recovery"`
}

// factorPurpose is what factors are sealed for.
const factorPurpose = "account/factor"

func (d *Directory) sealFactor(person string, f factor) (string, error) {
	text, err := json.Marshal(f)
	if err != nil {
		return "", err
	}
	return d.vault.seal(factorPurpose, person, text)
}

func (d *Directory) openFactor(person, sealed string) (factor, error) {
	var f factor
	text, err := d.vault.open(factorPurpose, person, sealed)
	if err == nil {
		err = json.Unmarshal(text, &f)
	}
	if err != nil {
		return factor{}, fmt.Errorf("second factor of %s: %w", person, err)
	}
	return f, nil
}

// secretsOf loads them; empty for a person that never set a password.
func (d *Directory) secretsOf(ctx context.Context, person string) (secrets, error) {
	c, err := trace.Head[secrets](ctx, d.ledger, person)
	if errors.Is(err, trace.ErrNotFound) {
		return secrets{}, nil
	}
	return c.Data, err
}

// changeSecrets writes the next revision of a person's secrets, or the first.
func (d *Directory) changeSecrets(ctx context.Context, by trace.Actor, person string, change func(*secrets) error) (secrets, error) {
	defer d.seen.clear()
	w := trace.Write{By: by}
	var first secrets
	s, err := trace.Update(ctx, d.ledger, w, person, func(secrets) error { return nil }, change)
	if !errors.Is(err, trace.ErrHidden) {
		return s.Data, err
	}
	if err := change(&first); err != nil {
		return secrets{}, err
	}
	s, err = trace.Create(ctx, d.ledger, w, person, first)
	return s.Data, err
}
