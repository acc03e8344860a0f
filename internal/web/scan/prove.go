package scan

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"temgoc/internal/proof"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/internal/web/ui"
)

// proved are the kinds of documents whose public parts the evidence of a page
// shows: what the page itself shows. Print orders are compared with the log as
// well, but how many stamps somebody orders is not for everybody.
var proved = []trace.Kind{
	trace.KindProducers, trace.KindProducts, trace.KindCertificates, trace.KindBatches,
	trace.KindRecords, trace.KindTests, trace.KindVoids,
}

// rootShown is how much of the root a page shows: 96 bits, enough to compare by
// eye with a checkpoint that was printed. The page is short of room.
const rootShown = 16

// proof words a comparison with the log; empty where there was none, or nothing
// good to say.
func (t *texts) proof(c trace.LogCheck) string {
	if c.Statements == 0 || c.Altered {
		return ""
	}
	return say(t.ProofLine, c.Statements, ui.Lang(t.Lang).Number(int(c.Size)), c.Root[:min(len(c.Root), rootShown)])
}

// logDocument is the same in JSON.
func logDocument(c trace.LogCheck) *LogDocument {
	if c.Size == 0 {
		return nil
	}
	return &LogDocument{Matches: !c.Altered, Statements: c.Statements, Size: c.Size, Root: c.Root, At: c.At}
}

// A provePage shows what of a page is in the log, and checks it on the reader's
// own device.
type provePage struct {
	base
	Code, Display, Path string
	Name                string
	Proof               string
	Statements          []statementView
	VKey, Checkpoint    string
	Witnessed           string
}

// Template implements ui.Page.
func (provePage) Template() string { return "prove.html" }

// Script is the address of a script of the service.
func (provePage) Script(name string) string { return ui.StaticURL(name) }

// Words are what the script says, as JSON.
func (p provePage) Words() (string, error) {
	words, err := json.Marshal(p.T.ProofWords)
	return string(words), err
}

// proofWords are what the check in the browser says; {name} stands for a value.
type proofWords struct {
	Busy     string `json:"busy"`
	Good     string `json:"good"`
	Unsigned string `json:"unsigned"`
	Bad      string `json:"bad"`
	Other    string `json:"other"`
	Key      string `json:"key"`
	Shorter  string `json:"shorter"`
	None     string `json:"none"`
	Cannot   string `json:"cannot"`
	Failed   string `json:"failed"`
}

// witnessed says who cosigned a checkpoint, or since when nobody has.
func (t *texts) witnessed(i proof.Identity, last time.Time) string {
	switch {
	case len(i.Witnesses) > 0:
		return say(t.ProofWitnessed, len(i.Witnesses), t.stampOf(last))
	case last.IsZero():
		return t.ProofNoWitness
	}
	return say(t.ProofUnwitnessed, t.stampOf(last))
}

// A statementView is one entry of the log, in words.
type statementView struct {
	Index       string
	When, Words string
	Hash        string
	Public      string
}

// prove answers with the evidence of a page to read, proveFile with the file that
// the program and the script check.
func (p *Pages) prove(g *gin.Context) { p.serveProof(g, requestOf(g.Request)) }

func (p *Pages) proveFile(g *gin.Context) {
	q := requestOf(g.Request)
	q.json = true
	p.serveProof(g, q)
}

func (p *Pages) serveProof(g *gin.Context, q request) {
	out, err := p.proveCode(g, q)
	if err != nil {
		p.fail(g, q, err)
		return
	}
	answer(g.Writer, g.Request, out)
}

func (p *Pages) proveCode(g *gin.Context, q request) (*rendered, error) {
	ctx := g.Request.Context()
	who := p.who(g)
	code, e, out, err := p.known(ctx, g.Param("code"), q, who)
	if out != nil && out.miss {
		if err := p.config.Limits.Miss(ctx, who); err != nil {
			return nil, err
		}
	}
	if out != nil || err != nil {
		return out, err
	}
	switch d := e.dossier; {
	case !d.Batch.Data.State.Published():
		return p.notice(http.StatusNotFound, q, notice{kind: KindNotActive, code: code, dossier: d})
	case d.Log.Statements == 0:
		return p.notice(http.StatusNotFound, q, notice{kind: KindPageGone})
	}
	report := e.report
	report.Leaves = slices.DeleteFunc(slices.Clone(report.Leaves), func(s proof.Shown) bool { return !slices.Contains(proved, s.Revision.Kind) })
	evidence, err := p.config.Cache.log.Evidence(ctx, report)
	if err != nil {
		return nil, err
	}
	if q.json {
		body, err := evidence.JSON()
		if err != nil {
			return nil, err
		}
		return finish(http.StatusOK, body, jsonType), nil
	}
	return p.provePage(e, code, q, evidence)
}

func (p *Pages) provePage(e *entry, code stamp.Code, q request, evidence proof.Evidence) (*rendered, error) {
	d, t := e.dossier, textsIn(q.lang)
	page := provePage{
		base: p.base(q, t.Proof+" · "+t.name(d.Product.Data.Name)), Code: code.String(), Display: code.Display(), Path: "/" + code.String(),
		Name: t.name(d.Product.Data.Name), Proof: t.proof(d.Log), VKey: evidence.Log.VKey, Checkpoint: evidence.Checkpoint,
		Witnessed: t.witnessed(evidence.Log, p.config.Cache.log.Witnessed()),
	}
	page.Demo = page.Demo || d.Producer.Data.Demonstration
	for _, s := range evidence.Statements {
		leaf, err := proof.ParseLeaf([]byte(s.Entry))
		if err != nil {
			return nil, err
		}
		page.Statements = append(page.Statements, statementView{
			Index: ui.Lang(t.Lang).Number(int(s.Index)), When: t.stampOf(leaf.Time), Words: t.name(proof.TypeName(leaf.Type)), Hash: leaf.Pub, Public: s.Public,
		})
	}
	out, err := p.page(http.StatusOK, page)
	if err != nil {
		return nil, err
	}
	out.allowScripts()
	return out, nil
}
