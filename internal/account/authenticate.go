package account

import (
	"context"
	"crypto/subtle"
	"errors"

	"temgoc/internal/catalog"
	"temgoc/internal/trace"
)

// errRefused is the one answer for every key that does not open: malformed,
// unknown, wrong, expired or revoked.
var errRefused = &trace.RuleError{Kind: trace.ErrUnauthenticated, Message: catalog.Name{
	VI: "khóa API thiếu, sai, đã hết hạn hoặc đã bị thu hồi",
	EN: "the API key is missing, wrong, expired or revoked",
}}

// Authenticate returns who comes with a key text. Whatever is wrong with the
// key gives one and the same trace.ErrUnauthenticated; a store that is away
// gives its trace.ErrUnavailable.
func (k *Keys) Authenticate(ctx context.Context, text string) (trace.Actor, error) {
	id, ok := parse(text)
	if !ok {
		return trace.Actor{}, errRefused
	}
	sum := hash(text)
	if actor, ok := k.seen.get(sum); ok {
		return actor, nil
	}
	key, err := trace.Head[Key](ctx, k.ledger, id)
	if err != nil && !errors.Is(err, trace.ErrNotFound) {
		return trace.Actor{}, err
	}
	// An unknown id is compared too, with nothing, so that it takes as long.
	same := subtle.ConstantTimeCompare([]byte(sum), []byte(key.Data.Hash)) == 1
	if err != nil || !same || !key.Data.ActiveAt(k.ledger.Now()) {
		return trace.Actor{}, errRefused
	}
	actor := key.Data.actor(id)
	k.seen.add(sum, actor, key.Data.Expires)
	return actor, nil
}
