package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"temgoc/internal/catalog"
	"temgoc/internal/proof"
	"temgoc/internal/proof/bundle"
	"temgoc/internal/proof/policy"
	"temgoc/internal/proof/receipt"
	"temgoc/internal/trace"
)

// verifyCmd checks what somebody was given against the key of a log: files
// without a network, and a running service.
type verifyCmd struct {
	What   string `arg:"" help:"What to check: the proof of a page (proof.json), a sealed bundle (zip), a receipt, a certificate or photo with --proof, or the address of a page, such as https://t.example.vn/K7Q2M9XR4V." placeholder:"FILE"`
	Key    string `help:"Public key of the log, or a file that holds it. Take it from a source that you trust." placeholder:"KEY" xor:"trust"`
	Policy string `help:"File that says which logs and witnesses are believed (C2SP tlog-policy), instead of --key." placeholder:"FILE" xor:"trust"`
	Proof  string `help:"Proof or bundle of the batch: is FILE, a certificate or a photo, the one that was logged?" placeholder:"FILE"`
	Kept   string `help:"With an address: the checkpoint of an earlier check, which the log must still contain; the present one is then kept there. The first check makes the file." placeholder:"FILE"`
}

// maxVerified is the largest file that is looked at in memory, in bytes.
const maxVerified = 64 << 20

// Run implements the command.
func (c verifyCmd) Run(ctx context.Context, out terminal) error {
	err := c.verify(ctx, out.out)
	if broken, ok := errors.AsType[*proof.Mismatch](err); ok {
		return coded{fmt.Errorf("KHÔNG ĐÚNG: %s / DOES NOT HOLD: %s", broken.VI, broken.EN), 1}
	}
	if err != nil {
		return coded{fmt.Errorf("KHÔNG KIỂM TRA ĐƯỢC / COULD NOT BE CHECKED: %w", err), 2}
	}
	return nil
}

func (c verifyCmd) verify(ctx context.Context, out io.Writer) error {
	p, err := c.believed()
	if err != nil {
		return err
	}
	if c.Kept != "" && !isAddress(c.What) {
		return errors.New("--kept goes with the address of a page")
	}
	switch {
	case isAddress(c.What) && c.Proof != "":
		return errors.New("--proof goes with a file")
	case isAddress(c.What):
		return c.service(ctx, p, out)
	case c.Proof != "":
		return c.document(p, out)
	}
	shown, err := open(c.What, p)
	if err != nil {
		return err
	}
	return shown.tell(out)
}

func isAddress(what string) bool {
	return strings.HasPrefix(what, "https://") || strings.HasPrefix(what, "http://")
}

// believed is whom the caller believes.
func (c verifyCmd) believed() (*policy.Policy, error) {
	switch {
	case c.Policy != "":
		text, err := read(c.Policy, policy.MaxSize)
		if err != nil {
			return nil, err
		}
		return policy.Parse(text)
	case c.Key == "":
		return nil, errors.New("thiếu khóa: dùng --key hoặc --policy / no key: give --key or --policy. " +
			"A service shows its key at /log/key, but take it from somewhere else, or keep it from the first time")
	}
	if strings.Count(c.Key, "+") >= 2 { // name+hash+key
		return proof.Trusting(c.Key)
	}
	text, err := read(c.Key, 4096)
	if err != nil {
		return nil, err
	}
	return proof.Trusting(strings.TrimSpace(string(text)))
}

// read reads a file of limited size.
func read(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(content)) > limit {
		err = fmt.Errorf("%s: more than %d bytes", path, limit)
	}
	return content, err
}

// A stated thing is a statement that was found in the log.
type stated struct {
	proof.Said
	leaf  proof.Leaf
	index int64
}

// A verdict is what was checked and holds, ready to be told.
type verdict struct {
	about  catalog.Name
	signed policy.Result
	stated []stated
	notes  []catalog.Name
}

// open checks a file, whatever it is of.
func open(path string, p *policy.Policy) (verdict, error) {
	f, err := os.Open(path)
	if err != nil {
		return verdict{}, err
	}
	defer f.Close()
	head := make([]byte, 32)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return verdict{}, fmt.Errorf("%s: %w", path, err)
	}
	if bytes.HasPrefix(head[:n], []byte("PK")) {
		return openBundle(f, p)
	}
	content, err := read(path, maxVerified)
	if err != nil {
		return verdict{}, err
	}
	switch {
	case bytes.HasPrefix(content, []byte("{")):
		return openPage(content, p)
	case bytes.HasPrefix(content, []byte("c2sp.org/tlog-proof")):
		return openReceipt(content, p)
	}
	return verdict{}, fmt.Errorf("%s is neither a proof (JSON), nor a bundle (zip), nor a receipt; to check a certificate or a photo, give the proof with --proof", path)
}

func openBundle(f *os.File, p *policy.Policy) (verdict, error) {
	info, err := f.Stat()
	if err != nil {
		return verdict{}, err
	}
	b, err := bundle.Verify(f, info.Size(), p)
	if err != nil {
		return verdict{}, err
	}
	a := verdict{signed: b.Signed, about: catalog.Name{
		VI: fmt.Sprintf("hồ sơ niêm phong của lô %s, %d tệp, %s", b.Batch, b.Files(), b.Page),
		EN: fmt.Sprintf("the sealed file of the batch %s, %d files, %s", b.Batch, b.Files(), b.Page),
	}}
	withheld := 0
	for _, s := range b.All {
		a.stated = append(a.stated, stated{s.Said, s.Leaf, s.Index})
		if s.Leaf.Per != "" && len(s.Private) == 0 {
			withheld++
		}
	}
	if withheld > 0 {
		a.note(fmt.Sprintf("%d mục chỉ có phần công khai; phần riêng không nằm trong hồ sơ này hoặc đã được xóa", withheld),
			fmt.Sprintf("%d statements have their public part only: the other part is not in this file, or was erased", withheld))
	}
	for _, m := range b.Missing {
		why := catalog.Name{VI: "của cơ sở khác", EN: "it is another producer's"}
		if m.Why == bundle.Lost {
			why = catalog.Name{VI: "khi lập hồ sơ, tệp này đã mất hoặc hỏng", EN: "it was gone or damaged when this was made"}
		}
		a.note(fmt.Sprintf("không có tệp %.12s…: %s", m.SHA256, why.VI), fmt.Sprintf("the file %.12s… is not here: %s", m.SHA256, why.EN))
	}
	return a, nil
}

func openPage(content []byte, p *policy.Policy) (verdict, error) {
	e, err := proof.ParseEvidence(content)
	if err != nil {
		return verdict{}, err
	}
	signed, err := e.Verify(p)
	if err != nil {
		return verdict{}, err
	}
	a := verdict{signed: signed, about: catalog.Name{VI: "bằng chứng của một trang", EN: "the proof of a page"}}
	for _, s := range e.Statements {
		said, err := s.Said()
		if err != nil {
			return verdict{}, err
		}
		leaf, err := proof.ParseLeaf([]byte(s.Entry))
		if err != nil {
			return verdict{}, err
		}
		a.stated = append(a.stated, stated{said, leaf, s.Index})
	}
	return a, nil
}

func openReceipt(content []byte, p *policy.Policy) (verdict, error) {
	r, err := receipt.Parse(content)
	if err != nil {
		return verdict{}, err
	}
	if r.Extra == nil {
		return verdict{}, errors.New("the receipt does not carry the entry that it is about")
	}
	leaf, err := proof.ParseLeaf(r.Extra)
	if err != nil {
		return verdict{}, err
	}
	signed, err := r.Verify(r.Extra, p)
	switch {
	case errors.Is(err, policy.ErrMalformed), errors.Is(err, receipt.ErrMalformed):
		return verdict{}, err
	case err != nil:
		return verdict{}, &proof.Mismatch{Name: catalog.Name{VI: "biên nhận không khớp với nhật ký đã ký (" + err.Error() + ")", EN: err.Error()}}
	}
	a := verdict{signed: signed, about: catalog.Name{VI: "biên nhận của một mục", EN: "the receipt of one entry"}}
	a.note(fmt.Sprintf("mục %d: %s, nội dung SHA-256 %s", r.Index, proof.TypeName(leaf.Type).VI, leaf.Pub),
		fmt.Sprintf("leaf %d: %s, content SHA-256 %s", r.Index, proof.TypeName(leaf.Type).EN, leaf.Pub))
	return a, nil
}

func (a *verdict) note(vi, en string) { a.notes = append(a.notes, catalog.Name{VI: vi, EN: en}) }

// document checks that a file is one that a proof names.
func (c verifyCmd) document(p *policy.Policy, out io.Writer) error {
	content, err := read(c.What, maxVerified)
	if err != nil {
		return err
	}
	a, err := open(c.Proof, p)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Proof, err)
	}
	digest := trace.DigestOf(content).String()
	naming := slices.DeleteFunc(slices.Clone(a.stated), func(s stated) bool { return !slices.Contains(s.leaf.Files, digest) })
	if len(naming) == 0 {
		return &proof.Mismatch{Name: catalog.Name{
			VI: "không có mục nào ghi tệp này (SHA-256 " + digest + "). Ảnh được nén lại khi tải lên: hãy kiểm tra bản tải về từ trang, không phải bản gốc trong máy",
			EN: "no statement names this file (SHA-256 " + digest + "). Photos are written anew when they are uploaded: check the one that the page gives out",
		}}
	}
	a.about = catalog.Name{VI: "tệp " + c.What + ", SHA-256 " + digest, EN: "the file " + c.What}
	for _, s := range naming {
		last := a.latest(s)
		if last.Revision == s.Revision {
			continue
		}
		a.note(fmt.Sprintf("sau đó %s/%s đã có lần sửa %d (%s)", s.Kind, s.ID, last.Revision, proof.TypeName(last.leaf.Type).VI),
			fmt.Sprintf("%s/%s has a later revision %d (%s)", s.Kind, s.ID, last.Revision, proof.TypeName(last.leaf.Type).EN))
	}
	a.stated = naming
	return a.tell(out)
}

// latest is the last revision of a document that was stated.
func (a verdict) latest(of stated) stated {
	for _, s := range a.stated {
		if s.Kind == of.Kind && s.ID == of.ID && s.Revision > of.Revision {
			of = s
		}
	}
	return of
}

// tell says what holds, and what that does not mean.
func (a verdict) tell(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "ĐÚNG: %s\nHOLDS: %s\n\n", a.about.VI, a.about.EN)
	for _, s := range a.stated {
		words := proof.TypeName(s.leaf.Type)
		fmt.Fprintf(&b, "  %8d  %s  %s / %s  %s/%s (%d)\n", s.index, s.At.In(trace.Zone).Format("2006-01-02 15:04:05"), words.VI, words.EN, s.Kind, s.ID, s.Revision)
	}
	for _, n := range a.notes {
		fmt.Fprintf(&b, "  ! %s / %s\n", n.VI, n.EN)
	}
	fmt.Fprintf(&b, "\nNhật ký / log: %s, %d mục / leaves, %s\n", a.signed.Origin, a.signed.Size, a.signed.Root)
	for _, w := range a.signed.Witnesses {
		fmt.Fprintf(&b, "Nhân chứng / witness: %s, %s\n", w.Witness.Name, w.At.In(trace.Zone).Format("2006-01-02 15:04:05"))
	}
	fmt.Fprint(&b, "Những gì ghi trên không bị sửa từ khi vào nhật ký. Điều đó không nói rằng chúng đúng sự thật, cũng không nói về sau có ghi thêm gì.\n",
		"What is listed is unchanged since it was logged. That does not say that it is true, nor what was stated later.\n")
	if len(a.signed.Witnesses) == 0 {
		fmt.Fprint(&b, "Không có nhân chứng: chưa loại trừ được việc dịch vụ cho mỗi người xem một nhật ký khác nhau.\n",
			"No witness: it is not excluded that the service shows different logs to different people.\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}
