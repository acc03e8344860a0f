package account

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"strings"

	"temgoc/internal/stamp"
)

// A vault seals texts that the store must not be able to read or to make up,
// with AES-256-GCM under a key of the purpose that derives from the key file. A
// sealed text is
//
//	v1.KID.BASE64URL(nonce, ciphertext, tag)
//
// where KID names the key of the key file, so that older texts open after a
// rotation. About binds a text to what it belongs to: one that is moved to
// another document does not open.
type vault struct{ keys *stamp.Keys }

const sealedVersion = "v1"

var errSealed = errors.New("sealed text does not open")

func (v vault) seal(purpose, about string, text []byte) (string, error) {
	kid := v.keys.Current()
	aead, err := v.aead(kid, purpose)
	if err != nil {
		return "", err
	}
	// The nonce is drawn anew for each text and stands before the ciphertext.
	sealed := aead.Seal(nil, nil, text, []byte(about))
	return sealedVersion + "." + kid + "." + base64.RawURLEncoding.EncodeToString(sealed), nil
}

func (v vault) open(purpose, about, sealed string) ([]byte, error) {
	parts := strings.Split(sealed, ".")
	if len(parts) != 3 || parts[0] != sealedVersion {
		return nil, errSealed
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(parts[2])
	if err != nil {
		return nil, errSealed
	}
	aead, err := v.aead(parts[1], purpose)
	if err != nil {
		return nil, err
	}
	text, err := aead.Open(nil, nil, b, []byte(about))
	if err != nil {
		return nil, errSealed
	}
	return text, nil
}

func (v vault) aead(kid, purpose string) (cipher.AEAD, error) {
	key, err := v.keys.Purpose(kid, purpose)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
