-- A file of format 1, as the program that made this format left it.
BEGIN TRANSACTION;
CREATE TABLE counts (
	key TEXT NOT NULL PRIMARY KEY,
	n INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "counts" VALUES('scan:X',7,1772355000001,1772355000009);
CREATE TABLE refs (
	kind TEXT NOT NULL, ref TEXT NOT NULL, created INTEGER NOT NULL, id TEXT NOT NULL,
	PRIMARY KEY (kind, ref, created, id)
) STRICT, WITHOUT ROWID;
INSERT INTO "refs" VALUES('plants','',1772355000000,'a');
INSERT INTO "refs" VALUES('plants','',1772355000001,'b');
INSERT INTO "refs" VALUES('plants','',1772355000002,'ắ@1');
INSERT INTO "refs" VALUES('plants','all',1772355000000,'a');
INSERT INTO "refs" VALUES('plants','all',1772355000001,'b');
INSERT INTO "refs" VALUES('plants','all',1772355000002,'ắ@1');
INSERT INTO "refs" VALUES('plants','number:1',1772355000000,'a');
INSERT INTO "refs" VALUES('plants','number:1',1772355000001,'b');
INSERT INTO "refs" VALUES('plants','number:1',1772355000002,'ắ@1');
INSERT INTO "refs" VALUES('plants','number:2',1772355000000,'a');
INSERT INTO "refs" VALUES('plants','number:2',1772355000001,'b');
INSERT INTO "refs" VALUES('plants','number:3',1772355000000,'a');
INSERT INTO "refs" VALUES('visitors','',1772355000000,'v');
CREATE TABLE revisions (
	kind TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL,
	created INTEGER NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL,
	op_key TEXT NOT NULL, op_hash TEXT NOT NULL,
	refs TEXT NOT NULL, body TEXT NOT NULL,
	PRIMARY KEY (kind, id, number)
) STRICT;
INSERT INTO "revisions" VALUES('plants','a',1,1772355000000,1772355000001,'htx-hoa-sen','k0 1','0f','["all","number:1"]','{"number":1,"name":"Chè Shan tuyết","tags":["a",null,true]}');
INSERT INTO "revisions" VALUES('plants','a',2,1772355000000,1772355000002,'htx-hoa-sen','k0 2','0f','["all","number:2"]','{"number":2,"name":"Chè Shan tuyết","tags":["a",null,true]}');
INSERT INTO "revisions" VALUES('plants','a',3,1772355000000,1772355000003,'htx-hoa-sen','k0 3','0f','["all","number:3"]','{"number":3,"name":"Chè Shan tuyết","tags":["a",null,true]}');
INSERT INTO "revisions" VALUES('plants','b',1,1772355000001,1772355000011,'htx-hoa-sen','k1 1','0f','["all","number:1"]','{"number":1,"name":"Chè Shan tuyết","tags":["a",null,true]}');
INSERT INTO "revisions" VALUES('plants','b',2,1772355000001,1772355000012,'htx-hoa-sen','k1 2','0f','["all","number:2"]','{"number":2,"name":"Chè Shan tuyết","tags":["a",null,true]}');
INSERT INTO "revisions" VALUES('plants','ắ@1',1,1772355000002,1772355000021,'htx-hoa-sen','k2 1','0f','["all","number:1"]','{"number":1,"name":"Chè Shan tuyết","tags":["a",null,true]}');
INSERT INTO "revisions" VALUES('visitors','v',1,1772355000000,1772355000000,'','','','null','{}');
CREATE INDEX revisions_at ON revisions (kind, at);
CREATE TRIGGER revisions_refs AFTER INSERT ON revisions BEGIN
	INSERT OR IGNORE INTO refs VALUES (NEW.kind, '', NEW.created, NEW.id);
	INSERT OR IGNORE INTO refs SELECT NEW.kind, value, NEW.created, NEW.id FROM json_each(NEW.refs);
END;
COMMIT;
PRAGMA application_id=1414350659;
PRAGMA user_version=1;
PRAGMA journal_mode=WAL;
