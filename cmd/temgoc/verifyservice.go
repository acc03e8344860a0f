package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/catalog"
	"temgoc/internal/proof"
	"temgoc/internal/proof/checkpoint"
	"temgoc/internal/proof/policy"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
)

// A site is a running service that is looked at from outside.
type site struct {
	ctx    context.Context
	base   string
	client *http.Client
}

// service checks a page of a running service: its proof, and that the log which
// it shows is one log, with what was kept from before in it.
func (c verifyCmd) service(ctx context.Context, p *policy.Policy, out io.Writer) error {
	address, err := url.Parse(c.What)
	if err != nil {
		return err
	}
	code, err := stamp.Parse(strings.Trim(address.Path, "/"))
	if err != nil {
		return fmt.Errorf("%s: the address of a page ends with its code: %w", c.What, err)
	}
	s := site{ctx, address.Scheme + "://" + address.Host, &http.Client{Timeout: time.Minute}}
	content, err := s.get("/"+code.String()+"/proof.json", proof.MaxEvidence)
	if err != nil {
		return err
	}
	a, err := openPage(content, p)
	if err != nil {
		return err
	}
	if err := a.isAbout(code.Batch().String()); err != nil {
		return err
	}
	a.about = catalog.Name{VI: "trang " + c.What, EN: "the page " + c.What}
	present, err := s.log(p, a.signed, c.Kept)
	if err != nil {
		return err
	}
	if err := a.tell(out); err != nil {
		return err
	}
	if c.Kept == "" {
		return nil
	}
	return writeFile(c.Kept, func(w io.Writer) error {
		_, err := w.Write(present)
		return err
	})
}

// isAbout checks that the statements are those of the batch that was asked for.
func (a verdict) isAbout(code string) error {
	for _, s := range a.stated {
		if s.Kind == trace.KindBatches && s.ID == code {
			return nil
		}
	}
	return mismatched("bằng chứng không phải của lô "+code, "the proof is not that of the batch "+code)
}

func mismatched(vi, en string) error { return &proof.Mismatch{Name: catalog.Name{VI: vi, EN: en}} }

// log checks that the latest checkpoint, that of a page and the one that was kept
// are of one log. It returns the latest one.
func (s site) log(p *policy.Policy, page policy.Result, kept string) (present []byte, err error) {
	present, err = s.get("/log/checkpoint", checkpoint.MaxSize)
	if err != nil {
		return nil, err
	}
	latest, err := signedBy(p, present)
	if err != nil {
		return nil, err
	}
	newest, older := latest, []policy.Result{page}
	if page.Size > latest.Size { // another replica answered
		newest, older = page, []policy.Result{latest}
	}
	if kept != "" {
		before, err := read(kept, checkpoint.MaxSize)
		switch {
		case err == nil:
			earlier, err := signedBy(p, before)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", kept, err)
			}
			older = append(older, earlier)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
	}
	for _, o := range older {
		if o.Origin != newest.Origin {
			return nil, mismatched("dịch vụ đưa ra hai nhật ký khác nhau", "the service shows two logs")
		}
		if err := s.continues(o.Tree(), newest.Tree()); err != nil {
			return nil, err
		}
	}
	return present, nil
}

// signedBy reads a checkpoint of a log that is believed.
func signedBy(p *policy.Policy, text []byte) (policy.Result, error) {
	r, err := p.Verify(text)
	if errors.Is(err, policy.ErrUntrusted) {
		return r, mismatched("chữ ký trên mốc nhật ký không đúng", err.Error())
	}
	return r, err
}

// continues checks that a tree is the beginning of another one, by the tiles that
// the service publishes: each is compared with the root that was signed.
func (s site) continues(old, now tlog.Tree) error {
	forked := mismatched("nhật ký không còn chứa những gì đã ký trước đó: nó bị cắt bớt hoặc bị thay",
		"the log no longer contains what it signed before: it was cut or replaced")
	if old.N > now.N {
		return forked
	}
	tiles := &tileReader{site: s}
	root, err := tlog.TreeHash(old.N, tlog.TileHashReader(now, tiles))
	switch {
	case tiles.failed != nil:
		return tiles.failed
	case err != nil:
		return mismatched("các mảnh của nhật ký không khớp với mốc đã ký", "the tiles of the log are not those of the signed checkpoint")
	case root != old.Hash:
		return forked
	}
	return nil
}

// A tileReader reads tiles over the network. failed is why it could not.
type tileReader struct {
	site
	failed error
}

// Height implements tlog.TileReader.
func (r *tileReader) Height() int { return 8 }

// ReadTiles implements tlog.TileReader.
func (r *tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, t := range tiles {
		var err error
		data[i], err = r.get("/log/tile/"+strings.TrimPrefix(t.Path(), "tile/8/"), tlog.HashSize<<8)
		if err != nil {
			r.failed = err
			return nil, err
		}
	}
	return data, nil
}

// SaveTiles implements tlog.TileReader.
func (r *tileReader) SaveTiles([]tlog.Tile, [][]byte) {}

// get reads what the service has at a path.
func (s site) get(path string, limit int64) ([]byte, error) {
	request, err := http.NewRequestWithContext(s.ctx, http.MethodGet, s.base+path, nil)
	if err != nil {
		return nil, err
	}
	answer, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s%s: %s", s.base, path, answer.Status)
	}
	content, err := io.ReadAll(io.LimitReader(answer.Body, limit+1))
	if err == nil && int64(len(content)) > limit {
		err = fmt.Errorf("%s%s: more than %d bytes", s.base, path, limit)
	}
	return content, err
}
