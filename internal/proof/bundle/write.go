package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"

	"temgoc/internal/proof"
	"temgoc/internal/trace"
)

// ownerOf is the id of the producer that a document belongs to; empty where it is
// no producer's.
func ownerOf(r trace.Revision) string {
	if r.Kind == trace.KindProducers {
		return r.ID
	}
	var body struct {
		Producer string `json:"producer"`
	}
	_ = json.Unmarshal(r.Body, &body) // a body that says nothing belongs to nobody
	return body.Producer
}

// write makes the archive and returns its digest.
func (g *gathering) write(out io.Writer) (trace.Digest, error) {
	whole := sha256.New()
	a := newArchive(io.MultiWriter(out, whole))
	lines, err := g.lines()
	if err != nil {
		return trace.Digest{}, err
	}
	summary, err := g.summary()
	if err != nil {
		return trace.Digest{}, err
	}
	for _, part := range []struct {
		name    string
		content []byte
	}{{readmeName, g.readme()}, {summaryName, summary}, {checkpointName, []byte(g.checkpoint)}, {statementsName, lines}} {
		if err := a.add(part.name, part.content); err != nil {
			return trace.Digest{}, err
		}
	}
	missing, err := g.files(a)
	if err != nil {
		return trace.Digest{}, err
	}
	if err := g.seal(a, missing); err != nil {
		return trace.Digest{}, err
	}
	err = a.zip.Close()
	return trace.Digest(whole.Sum(nil)), err
}

// lines writes every statement with its proof.
func (g *gathering) lines() ([]byte, error) {
	var all bytes.Buffer
	for _, s := range g.sorted() {
		line, err := g.line(s)
		if err != nil {
			return nil, err
		}
		text, err := line.text()
		if err != nil {
			return nil, err
		}
		all.Write(text)
	}
	return all.Bytes(), nil
}

func (g *gathering) line(s proof.Shown) (Line, error) {
	p, err := g.Log.Proven(g.ctx, g.size, s)
	if err != nil {
		return Line{}, err
	}
	line := Line{Index: p.Index, Entry: p.Entry, Public: p.Public, Proof: p.Proof}
	if s.Revision.Salt == nil || !g.whole(s.Revision) {
		return line, nil
	}
	private, err := proof.Private(s.Revision)
	line.Private, line.Salt = string(private), base64.StdEncoding.EncodeToString(s.Revision.Salt)
	return line, err
}

// files adds those that the statements name, and returns those that it could not.
func (g *gathering) files(a *archive) (missing []Missing, err error) {
	withheld := map[string]bool{} // and whether for all that name it
	for _, s := range g.shown {
		leaf, err := proof.ParseLeaf(s.Place.Entry)
		if err != nil {
			return nil, err
		}
		for _, f := range leaf.Files {
			kept, known := withheld[f]
			withheld[f] = !g.whole(s.Revision) && (kept || !known)
		}
	}
	if len(withheld) > MaxFiles {
		return nil, errLarge("tệp", "files", MaxFiles)
	}
	for _, f := range slices.Sorted(maps.Keys(withheld)) {
		if withheld[f] {
			missing = append(missing, Missing{f, Withheld})
			continue
		}
		lost, err := g.file(a, f)
		if err != nil {
			return nil, err
		}
		if lost {
			missing = append(missing, Missing{f, Lost})
		}
	}
	return missing, nil
}

// file adds a file. One that is gone or damaged is lost.
func (g *gathering) file(a *archive, name string) (lost bool, err error) {
	digest, err := trace.ParseDigest(name)
	if err != nil {
		return false, err
	}
	info, content, err := g.Ledger.FileContent(g.ctx, digest)
	if errors.Is(err, trace.ErrNotFound) || errors.Is(err, trace.ErrCorrupt) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	extension, known := extensions[info.Type]
	if !known {
		return true, nil
	}
	return false, a.add("files/"+name+"."+extension, content)
}

// seal adds the manifest, and the signature of the log about it.
func (g *gathering) seal(a *archive, missing []Missing) error {
	manifest, err := proof.Marshal(Manifest{
		Format: format, Batch: g.code, Page: g.page(), Log: g.Log.IdentityOf(g.checkpoint),
		Size: g.size, Statements: len(g.shown), Missing: missing, Parts: a.parts,
	})
	if err != nil {
		return err
	}
	signed, err := g.Log.Seal(sealed(g.code, manifest))
	if err != nil {
		return err
	}
	if err := a.add(manifestName, manifest); err != nil {
		return err
	}
	return a.add(sealName, []byte(signed))
}
