package scan

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"

	"github.com/gin-gonic/gin"
	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/sync/singleflight"

	"temgoc/internal/trace"
	"temgoc/internal/upload"
)

// file gives out an original under its hash: always as an attachment, with
// the type that was found from its content, in a sandbox. The ledger has
// hashed it again before the first byte is sent. HEAD is answered from what was
// noted when the file was added.
func (p *Pages) file(g *gin.Context) {
	digest, err := trace.ParseDigest(g.Param("sha256"))
	if err != nil {
		p.sayPlain(g, http.StatusNotFound, requestOf(g.Request), KindFileGone)
		return
	}
	if matchesETag(g.GetHeader("If-None-Match"), contentTag(digest)) {
		g.Header("Etag", contentTag(digest))
		g.Status(http.StatusNotModified)
		return
	}
	if g.Request.Method == http.MethodHead {
		info, err := p.config.Ledger.FileInfo(g.Request.Context(), digest)
		if err != nil {
			p.fail(g, requestOf(g.Request), err)
			return
		}
		attach(g, info)
		contentHead(g, digest, info.Type, info.Size)
		return
	}
	select {
	case p.bodies <- struct{}{}:
		defer func() { <-p.bodies }()
	default:
		g.Header("Retry-After", retryAfter)
		p.sayPlain(g, http.StatusServiceUnavailable, requestOf(g.Request), KindUnavailable)
		return
	}
	info, content, err := p.config.Ledger.FileContent(g.Request.Context(), digest)
	if err != nil {
		p.fail(g, requestOf(g.Request), err)
		return
	}
	attach(g, info)
	serveContent(g, digest, info.Type, content)
}

// maxBodies is how many originals are given out at once. Each is held in
// memory until the client has read it: at most 32 times trace.MaxFileSize.
const maxBodies = 32

// attach makes the answer a download.
func attach(g *gin.Context, f trace.File) {
	name := fileName(f)
	g.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, name, name))
}

// fileName is made from the hash alone: what a stranger called the file is
// not repeated to others. It needs no quoting.
func fileName(f trace.File) string {
	ext := map[string]string{"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}[f.Type]
	return "tem-goc-" + f.SHA256.String()[:16] + ext
}

// contentTag is the entity tag of content that can never change.
func contentTag(d trace.Digest) string { return `"` + d.String() + `"` }

// serveContent answers with immutable content.
func serveContent(g *gin.Context, d trace.Digest, mime string, content []byte) {
	contentHead(g, d, mime, len(content))
	if g.Request.Method != http.MethodHead {
		_, _ = g.Writer.Write(content)
	}
}

// contentHead writes the status and headers of immutable content.
func contentHead(g *gin.Context, d trace.Digest, mime string, size int) {
	h := g.Writer.Header()
	h.Set("Content-Type", mime)
	h.Set("Content-Length", strconv.Itoa(size))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Etag", contentTag(d))
	g.Writer.WriteHeader(http.StatusOK)
}

const (
	// photoSide is the longer side of a photo on a page, in pixels, and
	// thumbSide that of one in a list.
	photoSide, thumbSide = 480, 160
	// photosKept is how many resized photos are remembered, about 40 kB each.
	photosKept = 256
	// decoders is how many photos are resized at once: one needs up to 160 MB
	// for the 40 megapixels that an upload may have.
	decoders = 1
)

// photos are resized pictures, the latest asked for.
type photos struct {
	flight singleflight.Group
	slots  chan struct{}
	mu     sync.Mutex
	kept   *simplelru.LRU[photoSize, []byte]
}

// A photoSize is a photo in one of the sizes.
type photoSize struct {
	digest trace.Digest
	side   int
}

func newPhotos() (*photos, error) {
	kept, err := simplelru.NewLRU[photoSize, []byte](photosKept, nil)
	if err != nil {
		return nil, err
	}
	return &photos{slots: make(chan struct{}, decoders), kept: kept}, nil
}

// photo gives out a product's picture in the size of the page.
func (p *Pages) photo(g *gin.Context) { p.photoOf(g, photoSide) }

// thumb gives out a product's picture in the size of a list.
func (p *Pages) thumb(g *gin.Context) { p.photoOf(g, thumbSide) }

func (p *Pages) photoOf(g *gin.Context, side int) {
	digest, err := trace.ParseDigest(g.Param("sha256"))
	if err != nil {
		p.sayPlain(g, http.StatusNotFound, requestOf(g.Request), KindFileGone)
		return
	}
	if matchesETag(g.GetHeader("If-None-Match"), contentTag(digest)) {
		g.Header("Etag", contentTag(digest))
		g.Status(http.StatusNotModified)
		return
	}
	content, err := p.photos.get(g.Request.Context(), p.config.Ledger, photoSize{digest, side})
	if err != nil {
		p.fail(g, requestOf(g.Request), err)
		return
	}
	serveContent(g, digest, "image/jpeg", content)
}

func (s *photos) get(ctx context.Context, l *trace.Ledger, size photoSize) ([]byte, error) {
	s.mu.Lock()
	content, ok := s.kept.Get(size)
	s.mu.Unlock()
	if ok {
		return content, nil
	}
	v, err, _ := s.flight.Do(fmt.Sprint(size.side, size.digest), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), buildTimeout)
		defer cancel()
		return s.resize(ctx, l, size)
	})
	if err != nil {
		return nil, err
	}
	return v.([]byte), nil
}

func (s *photos) resize(ctx context.Context, l *trace.Ledger, size photoSize) ([]byte, error) {
	// The slot comes first, so that none waits with a file in its hands.
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", trace.ErrUnavailable, ctx.Err())
	}
	info, content, err := l.FileContent(ctx, size.digest)
	if err != nil {
		return nil, err
	}
	if info.Type != "image/jpeg" { // what AddPhoto keeps is always one
		return nil, fmt.Errorf("%w: %s is no photo", trace.ErrNotFound, size.digest)
	}
	small, err := upload.Resize(content, size.side)
	if err != nil {
		return nil, fmt.Errorf("photo %s: %w", size.digest, err)
	}
	s.mu.Lock()
	s.kept.Add(size, small)
	s.mu.Unlock()
	return small, nil
}

// robots lets the start page be found and nothing else be collected.
func robots(g *gin.Context) {
	g.Header("Cache-Control", "public, max-age=86400")
	g.String(http.StatusOK, "User-agent: *\nAllow: /$\nDisallow: /\n")
}

// icon is a stamp with a leaf.
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="3" y="3" width="26" height="26" rx="2" fill="#17573c" stroke="#17573c" stroke-width="4" stroke-dasharray="2.6 2.6"/><path d="M8 24C8 13 14 8 24 8c0 10-5 16-16 16zm0 0L19 13" fill="#f7f3ea" stroke="#17573c" stroke-width="1.5"/></svg>`

func favicon(g *gin.Context) {
	g.Header("Cache-Control", "public, max-age=86400")
	g.Header("Content-Security-Policy", "default-src 'none'; sandbox")
	g.Header("X-Content-Type-Options", "nosniff")
	g.Data(http.StatusOK, "image/svg+xml", []byte(icon))
}
