package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"temgoc/internal/account"
	"temgoc/internal/backup"
	"temgoc/internal/catalog"
	"temgoc/internal/health"
	"temgoc/internal/proof"
	"temgoc/internal/stamp"
	"temgoc/internal/trace"
	"temgoc/storage"
)

// examine makes all checks. One that cannot be made, because something before it
// failed, is left out.
func (c doctorCmd) examine(ctx context.Context) []health.Finding {
	findings := c.examineAddress(ctx)
	findings = append(findings, c.examineMachine()...)
	f := c.storeFlags.withDefaults()
	keys, err := stamp.LoadKeys(f.Keys)
	findings = append(findings, health.Find(health.KeyFile, same(f.Keys), err))
	_, logErr := proof.LoadKey(f.LogKey)
	findings = append(findings, health.Find(health.LogKey, same(f.LogKey), logErr))
	if err == nil && logErr == nil {
		findings = append(findings, health.KeyCopiesFinding(c.KeyCopies, f.Keys, f.LogKey))
	}
	findings = append(findings, health.Find(health.Passwords, both("Tài khoản và kết nối của hai kho đều an toàn", "Accounts and connections of both stores are safe"), c.safe()))
	if c.embedded() {
		if _, err := os.Stat(c.databaseFile()); err != nil { // opening would make it
			return append(findings, health.Find(health.StoresOpen, catalog.Name{}, err))
		}
	}
	stores, err := storage.Open(ctx, storage.Config{Documents: f.Documents, Files: f.Files, Kinds: kinds(), Removable: removable()})
	findings = append(findings, health.Find(health.StoresOpen, same(storage.Redact(f.Documents)+", "+storage.Redact(f.Files)), err))
	if err != nil {
		return findings
	}
	defer stores.Close()
	findings = append(findings, examineStores(ctx, stores)...)
	findings = append(findings, examineLog(ctx, f.Checkpoint, stores.Documents)...)
	if keys == nil {
		return findings
	}
	return append(findings, examineLedger(ctx, stores, keys)...)
}

// both is a text in both languages, same one that is the same in both.
func both(vi, en string) catalog.Name { return catalog.Name{VI: vi, EN: en} }
func same(text string) catalog.Name   { return both(text, text) }

// examineAddress checks how the service is reached, and its way to others.
func (c doctorCmd) examineAddress(ctx context.Context) []health.Finding {
	findings := []health.Finding{health.Find(health.PublicAddress, same(c.PublicURL), c.webFlags.check())}
	if c.WatchTLS && health.TLSNeeded(c.PublicURL) {
		findings = append(findings, health.LookAtTLS(ctx, c.PublicURL, nil, time.Now()).Finding(time.Now()))
	}
	findings = append(findings, health.ProxiesFinding(c.TrustedProxies, health.TLSNeeded(c.PublicURL)))
	if sender, err := c.mail(); err == nil && sender != nil {
		findings = append(findings, health.Find(health.Mail, both("Trả lời và nhận tài khoản", "It answers and takes the account"), sender.Reach(ctx)))
	}
	return findings
}

// examineMachine checks the machine that the service runs on.
func (c doctorCmd) examineMachine() []health.Finding {
	findings := []health.Finding{health.ZoneFinding()}
	if limit, err := health.OpenFiles(); err == nil {
		findings = append(findings, health.OpenFilesFinding(limit))
	}
	if c.needsData() {
		findings = append(findings, health.DirectoryFinding(c.Data))
		if stray, found := health.StrayFinding(c.Data); found {
			findings = append(findings, stray)
		}
	}
	directory := filepath.Dir(c.databaseFile())
	if _, err := os.Stat(directory); err != nil || !c.embedded() {
		return findings
	}
	if err := c.withDefaults().checkSpace(); err != nil {
		return append(findings, health.Find(health.Disk, catalog.Name{}, err))
	}
	return append(findings, health.DiskFinding(directory))
}

func examineStores(ctx context.Context, stores *storage.Stores) []health.Finding {
	findings := []health.Finding{
		health.Find(health.Documents, health.Answers, stores.Documents.Ping(ctx)),
		health.Find(health.Files, health.Answers, stores.Files.Ping(ctx)),
	}
	if remarks, err := schemaRemarks(ctx, stores.Documents); err != nil {
		findings = append(findings, health.Find(health.Indexes, catalog.Name{}, err))
	} else if len(remarks) > 0 {
		findings = append(findings, health.At(health.Indexes, health.Warn, strings.Join(remarks, "; "), strings.Join(remarks, "; ")))
	} else {
		findings = append(findings, health.At(health.Indexes, health.Good, "Bảng và chỉ mục đều đủ", "Tables and indexes are as they should be"))
	}
	newest, err := newestAfter(ctx, stores.Documents, time.Now())
	if err != nil {
		return append(findings, health.Find(health.Clock, catalog.Name{}, err))
	}
	made, err := backup.Last(ctx, stores.Documents)
	if errors.Is(err, trace.ErrNotFound) {
		made, err = backup.Made{}, nil
	}
	return append(findings, health.ClockFinding(time.Now(), newest), health.BackupFinding(made.State, err, time.Now()))
}

// examineLog tells how old the mark is that a start compares the log with, and
// when a witness signed last. Whether the log holds, audit tells.
func examineLog(ctx context.Context, kept string, store trace.Store) []health.Finding {
	var findings []health.Finding
	info, err := os.Stat(kept)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		findings = append(findings, health.At(health.Log, health.Warn, "Chưa có mốc đã giữ "+kept+"; dịch vụ tự ghi khi chạy", "There is no kept mark "+kept+" yet; the service writes it while it runs"))
	case err != nil:
		findings = append(findings, health.Find(health.Log, catalog.Name{}, err))
	default:
		at := info.ModTime().UTC().Format(time.RFC3339)
		findings = append(findings, health.At(health.Log, health.Good, "Mốc đã giữ ghi lúc "+at+"; temgoc audit đối chiếu toàn bộ", "The kept mark is of "+at+"; temgoc audit compares everything"))
	}
	signed, err := store.List(ctx, trace.Query{Kind: proof.KindCosigned, Newest: true, Limit: 1})
	switch {
	case err != nil:
		return append(findings, health.Find(health.Witness, catalog.Name{}, err))
	case len(signed.Revisions) == 0:
		return append(findings, health.At(health.Witness, health.Warn, "Chưa ai từng làm chứng", "It was never witnessed"))
	}
	at := signed.Revisions[0].At
	level, when := health.Good, at.Format(time.RFC3339)
	if time.Since(at) > 24*time.Hour {
		level = health.Warn
	}
	return append(findings, health.At(health.Witness, level, "Làm chứng lần cuối lúc "+when, "Witnessed last "+when))
}

// examineLedger checks what the keys open.
func examineLedger(ctx context.Context, stores *storage.Stores, keys *stamp.Keys) []health.Finding {
	ledger := trace.New(trace.Config{Store: stores.Documents, Files: stores.Files, Keys: keys})
	people := account.NewDirectory(account.DirectoryConfig{Ledger: ledger, Store: stores.Documents, Keys: keys})
	n, err := people.Unprotected(ctx)
	return []health.Finding{
		health.Find(health.KeysBelong, both("Đúng với kho này", "They are those of this store"), ledger.CheckKeys(ctx)),
		health.UnprotectedFinding(n, err),
	}
}
