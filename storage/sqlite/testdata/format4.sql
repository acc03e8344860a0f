-- A file of format 4, as the program that made this format left it.
BEGIN TRANSACTION;
CREATE TABLE counts (
	key TEXT NOT NULL PRIMARY KEY,
	n INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "counts" VALUES('scan:X',7,1772355000001,1772355000009);
CREATE TABLE log (
	kind TEXT NOT NULL, ref TEXT NOT NULL, at INTEGER NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL,
	PRIMARY KEY (kind, ref, at, id, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "log" VALUES('logleaves','batch:K7Q2M9XR4V',1772355000002,'000000000000000',1);
INSERT INTO "log" VALUES('logleaves','batch:K7Q2M9XR4V',1772355000003,'000000000000001',1);
INSERT INTO "log" VALUES('logleaves','batch:K7Q2M9XR4V',1772355000004,'000000000000002',1);
INSERT INTO "log" VALUES('logleaves','batch:K7Q2M9XR4V',1772355000005,'000000000000003',1);
INSERT INTO "log" VALUES('logleaves','batch:K7Q2M9XR4V',1772355000006,'000000000000004',1);
INSERT INTO "log" VALUES('logleaves','batch:K7Q2M9XR4V',1772355000007,'000000000000005',1);
INSERT INTO "log" VALUES('logleaves','records/a',1772355000002,'000000000000000',1);
INSERT INTO "log" VALUES('logleaves','records/a',1772355000003,'000000000000001',1);
INSERT INTO "log" VALUES('logleaves','records/a',1772355000004,'000000000000002',1);
INSERT INTO "log" VALUES('logleaves','records/b',1772355000005,'000000000000003',1);
INSERT INTO "log" VALUES('logleaves','records/b',1772355000006,'000000000000004',1);
INSERT INTO "log" VALUES('logleaves','records/ắ@1',1772355000007,'000000000000005',1);
INSERT INTO "log" VALUES('records','batch:K7Q2M9XR4V',1772355000001,'a',1);
INSERT INTO "log" VALUES('records','batch:K7Q2M9XR4V',1772355000002,'a',2);
INSERT INTO "log" VALUES('records','batch:K7Q2M9XR4V',1772355000003,'a',3);
INSERT INTO "log" VALUES('records','batch:K7Q2M9XR4V',1772355000011,'b',1);
INSERT INTO "log" VALUES('records','batch:K7Q2M9XR4V',1772355000012,'b',2);
INSERT INTO "log" VALUES('records','batch:K7Q2M9XR4V',1772355000021,'ắ@1',1);
INSERT INTO "log" VALUES('records','number:1',1772355000001,'a',1);
INSERT INTO "log" VALUES('records','number:1',1772355000011,'b',1);
INSERT INTO "log" VALUES('records','number:1',1772355000021,'ắ@1',1);
INSERT INTO "log" VALUES('records','number:2',1772355000002,'a',2);
INSERT INTO "log" VALUES('records','number:2',1772355000012,'b',2);
INSERT INTO "log" VALUES('records','number:3',1772355000003,'a',3);
CREATE TABLE refs (
	kind TEXT NOT NULL, ref TEXT NOT NULL, created INTEGER NOT NULL, id TEXT NOT NULL,
	PRIMARY KEY (kind, ref, created, id)
) STRICT, WITHOUT ROWID;
INSERT INTO "refs" VALUES('logleaves','',1772355000002,'000000000000000');
INSERT INTO "refs" VALUES('logleaves','',1772355000003,'000000000000001');
INSERT INTO "refs" VALUES('logleaves','',1772355000004,'000000000000002');
INSERT INTO "refs" VALUES('logleaves','',1772355000005,'000000000000003');
INSERT INTO "refs" VALUES('logleaves','',1772355000006,'000000000000004');
INSERT INTO "refs" VALUES('logleaves','',1772355000007,'000000000000005');
INSERT INTO "refs" VALUES('logleaves','batch:K7Q2M9XR4V',1772355000002,'000000000000000');
INSERT INTO "refs" VALUES('logleaves','batch:K7Q2M9XR4V',1772355000003,'000000000000001');
INSERT INTO "refs" VALUES('logleaves','batch:K7Q2M9XR4V',1772355000004,'000000000000002');
INSERT INTO "refs" VALUES('logleaves','batch:K7Q2M9XR4V',1772355000005,'000000000000003');
INSERT INTO "refs" VALUES('logleaves','batch:K7Q2M9XR4V',1772355000006,'000000000000004');
INSERT INTO "refs" VALUES('logleaves','batch:K7Q2M9XR4V',1772355000007,'000000000000005');
INSERT INTO "refs" VALUES('logleaves','records/a',1772355000002,'000000000000000');
INSERT INTO "refs" VALUES('logleaves','records/a',1772355000003,'000000000000001');
INSERT INTO "refs" VALUES('logleaves','records/a',1772355000004,'000000000000002');
INSERT INTO "refs" VALUES('logleaves','records/b',1772355000005,'000000000000003');
INSERT INTO "refs" VALUES('logleaves','records/b',1772355000006,'000000000000004');
INSERT INTO "refs" VALUES('logleaves','records/ắ@1',1772355000007,'000000000000005');
INSERT INTO "refs" VALUES('records','',1772355000000,'a');
INSERT INTO "refs" VALUES('records','',1772355000001,'b');
INSERT INTO "refs" VALUES('records','',1772355000002,'ắ@1');
INSERT INTO "refs" VALUES('records','batch:K7Q2M9XR4V',1772355000000,'a');
INSERT INTO "refs" VALUES('records','batch:K7Q2M9XR4V',1772355000001,'b');
INSERT INTO "refs" VALUES('records','batch:K7Q2M9XR4V',1772355000002,'ắ@1');
INSERT INTO "refs" VALUES('records','number:1',1772355000000,'a');
INSERT INTO "refs" VALUES('records','number:1',1772355000001,'b');
INSERT INTO "refs" VALUES('records','number:1',1772355000002,'ắ@1');
INSERT INTO "refs" VALUES('records','number:2',1772355000000,'a');
INSERT INTO "refs" VALUES('records','number:2',1772355000001,'b');
INSERT INTO "refs" VALUES('records','number:3',1772355000000,'a');
INSERT INTO "refs" VALUES('visitors','',1772355000000,'v');
CREATE TABLE revisions (
	kind TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL,
	created INTEGER NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL,
	op_key TEXT NOT NULL, op_hash TEXT NOT NULL,
	refs TEXT NOT NULL, body TEXT NOT NULL, personal TEXT, salt BLOB,
	PRIMARY KEY (kind, id, number)
) STRICT;
INSERT INTO "revisions" VALUES('visitors','v',1,1772355000000,1772355000000,'','','','[]','{}',NULL,NULL);
INSERT INTO "revisions" VALUES('records','a',1,1772355000000,1772355000001,'htx-hoa-sen','k0 1','0f','["batch:K7Q2M9XR4V","number:1"]','{"number":1,"name":"Chè Shan tuyết","tags":["a",null,true]}',NULL,X'A92AA434B5461B04551C97CE8AC8D0AFD3B5D3A4ED597BDCC8950AA8DBBAA091');
INSERT INTO "revisions" VALUES('logleaves','000000000000000',1,1772355000002,1772355000002,'log','','','["batch:K7Q2M9XR4V","records/a"]','{"size":1,"checkpoint":"temgoc-log-fixture\n1\n2M3F6i0GVPNIZfn5Fc/0XLL+ZIS5YGrf2yIwtFCCWVs=\n\n— temgoc-log-fixture RSpwwqS+XrkYXM3MGyG5mDMA5kYfrkV5stC2ujARqLCVF73zJclipTxZsoxKvlxknSa0xEnzbtL+KIMaXrzaHiXBkgY=\n","leaves":[{"kind":"records","id":"a","number":1,"in":"batch:K7Q2M9XR4V","entry":"{\"per\":\"7aa8fc3c5206db671da3e5132ec62955fd1a0c571e0fb09c537cd894149c10d6\",\"pub\":\"7448bab3786b439f1079938c5f6fdf3340cc6af4e05e127f0cc9f4c23e1d967c\",\"time\":\"2026-03-01T08:50:00.001Z\",\"type\":\"record.added\",\"v\":1}"}]}',NULL,NULL);
INSERT INTO "revisions" VALUES('records','a',2,1772355000000,1772355000002,'htx-hoa-sen','k0 2','0f','["batch:K7Q2M9XR4V","number:2"]','{"number":2,"name":"Chè Shan tuyết","tags":["a",null,true]}','{"person":"Bàn Thị Mai"}',X'9C8AAC1812F672626549E556099D5ACEFD9BD63897E5C2A12F182C5BEF6D47D2');
INSERT INTO "revisions" VALUES('logleaves','000000000000001',1,1772355000003,1772355000003,'log','','','["batch:K7Q2M9XR4V","records/a"]','{"size":2,"checkpoint":"temgoc-log-fixture\n2\n6C5LgZJt4300eso8D3YJg9O+tov6oOuCDB+rIpy8E3g=\n\n— temgoc-log-fixture RSpwwi7LJbeQnETMwmjiy/fo9btMq0/85RwXsvGXukVl3Zzb0cMeG0Icsx3Fd20yALbyW/TnzApXEbYgrfbkUhuG7QY=\n","leaves":[{"kind":"records","id":"a","number":2,"in":"batch:K7Q2M9XR4V","entry":"{\"per\":\"c25a45c81f1be7cfdeda04dbc2f2c7df65c6b2cad94a5fe84d2324fcc387a8fb\",\"prev\":\"7448bab3786b439f1079938c5f6fdf3340cc6af4e05e127f0cc9f4c23e1d967c\",\"pub\":\"1323785d6bd1da3289de74ddb8e02cb89dadaa00b29239886aeeed0273ba407b\",\"time\":\"2026-03-01T08:50:00.002Z\",\"type\":\"record.corrected\",\"v\":1}"}]}',NULL,NULL);
INSERT INTO "revisions" VALUES('records','a',3,1772355000000,1772355000003,'htx-hoa-sen','k0 3','0f','["batch:K7Q2M9XR4V","number:3"]','{"number":3,"name":"Chè Shan tuyết","tags":["a",null,true]}',NULL,X'69619F8F995E5093A8061DCF9BE885B220A6536CF2AC01289B196EEFB4C7FEDE');
INSERT INTO "revisions" VALUES('logleaves','000000000000002',1,1772355000004,1772355000004,'log','','','["batch:K7Q2M9XR4V","records/a"]','{"size":3,"checkpoint":"temgoc-log-fixture\n3\nVUO3Fj6UKSyqbrVEAKZDa+PS2dqPGiGcYdm3jndZQE0=\n\n— temgoc-log-fixture RSpwwnrD/aZuzPeRpGpNqosk09VeBujSHrx9drkWG/oGowYYn/wG4ILEmPu+L5ucCTnuXlhc7xLzct0F5HrkLp8Y+Ag=\n","leaves":[{"kind":"records","id":"a","number":3,"in":"batch:K7Q2M9XR4V","entry":"{\"per\":\"558d98be8d08373261b0ccd5882ab83759c12d77d75cdaf4694320aed885bd71\",\"prev\":\"1323785d6bd1da3289de74ddb8e02cb89dadaa00b29239886aeeed0273ba407b\",\"pub\":\"b149a0ffaebf939d0d7aa12c437060af7c929d020d3edcf9bf8ea68a22f7ec8c\",\"time\":\"2026-03-01T08:50:00.003Z\",\"type\":\"record.corrected\",\"v\":1}"}]}',NULL,NULL);
INSERT INTO "revisions" VALUES('records','b',1,1772355000001,1772355000011,'htx-hoa-sen','k1 1','0f','["batch:K7Q2M9XR4V","number:1"]','{"number":1,"name":"Chè Shan tuyết","tags":["a",null,true]}',NULL,X'753221C6EF472DB688F32193DEC03ED23A9C30D300C6FC3091D9A3B080239FD4');
INSERT INTO "revisions" VALUES('logleaves','000000000000003',1,1772355000005,1772355000005,'log','','','["batch:K7Q2M9XR4V","records/b"]','{"size":4,"checkpoint":"temgoc-log-fixture\n4\nDJQQmFCoV9iDlMbZqfc3i1gcqRaVB4I0kxBkdomEpT0=\n\n— temgoc-log-fixture RSpwwgk761Ko2OUzVTjDxmO7QVFa/S1l5PmjpxSw+5gxfXXgorRodPS3AwNf1hDblihk84pNNiaM71g+QSvCFco1wgs=\n","leaves":[{"kind":"records","id":"b","number":1,"in":"batch:K7Q2M9XR4V","entry":"{\"per\":\"ff20f99b89e5e90acb80943b4b9cb3d6b637c17ff73fc5bf041883e434676d78\",\"pub\":\"451efce5df16ff4f1fab90923968af588a180f1ad18cafb4284a3dac2a266f0a\",\"time\":\"2026-03-01T08:50:00.011Z\",\"type\":\"record.added\",\"v\":1}"}]}',NULL,NULL);
INSERT INTO "revisions" VALUES('records','b',2,1772355000001,1772355000012,'htx-hoa-sen','k1 2','0f','["batch:K7Q2M9XR4V","number:2"]','{"number":2,"name":"Chè Shan tuyết","tags":["a",null,true]}','{"person":"Bàn Thị Mai"}',X'1F36020D4DF255ED51B8CBA6526B471ABEE407D6E1DE46B7722D8EB773DF9C04');
INSERT INTO "revisions" VALUES('logleaves','000000000000004',1,1772355000006,1772355000006,'log','','','["batch:K7Q2M9XR4V","records/b"]','{"size":5,"checkpoint":"temgoc-log-fixture\n5\nVv/bWfKRu5evWu4cXQb9HxH+HTL7sJ5U5rBDtzTDi9M=\n\n— temgoc-log-fixture RSpwwt23tmeesp4HiiwS2diJ7X/a5PypIX769ENZsEuRdksqRtKRw7cvHvGNWgSRCxkiF1JDM83DqdQArYvjN6SmHA8=\n","leaves":[{"kind":"records","id":"b","number":2,"in":"batch:K7Q2M9XR4V","entry":"{\"per\":\"162a0b76bd261042106388b74a83c9d1c929455940b07aed2c8cdb66572fa83e\",\"prev\":\"451efce5df16ff4f1fab90923968af588a180f1ad18cafb4284a3dac2a266f0a\",\"pub\":\"5452a3862830f5da101cb71b2ecba959f43d14df70a7a89f1c59b794a5ce1e94\",\"time\":\"2026-03-01T08:50:00.012Z\",\"type\":\"record.corrected\",\"v\":1}"}]}',NULL,NULL);
INSERT INTO "revisions" VALUES('records','ắ@1',1,1772355000002,1772355000021,'htx-hoa-sen','k2 1','0f','["batch:K7Q2M9XR4V","number:1"]','{"number":1,"name":"Chè Shan tuyết","tags":["a",null,true]}',NULL,X'1F6CA78D0CC6CE69CCA1B020B2F9D6B5F400EEDA9CB0AB5322E7EAF8ACA040BA');
INSERT INTO "revisions" VALUES('logleaves','000000000000005',1,1772355000007,1772355000007,'log','','','["batch:K7Q2M9XR4V","records/ắ@1"]','{"size":6,"checkpoint":"temgoc-log-fixture\n6\nOGMoq1K060JEjKQY4YVa148SvFjmYMb7iewqE9CN5B4=\n\n— temgoc-log-fixture RSpwwjmtjNiUeSO5N6/oePOSiutNzhqVqw+vLPO5KGgducX392RFzx7UV3NAdTw1FhVYwwgA6vsxpG3o07l6BSscSQI=\n","leaves":[{"kind":"records","id":"ắ@1","number":1,"in":"batch:K7Q2M9XR4V","entry":"{\"per\":\"358b15177a0d5d662037337747e36fd32c0a5acdf39f0603e8aa57efe513f417\",\"pub\":\"b52f30f46e6db1621130c20ac3a6ffc5bd6f6f95316c6dd617e618130a55de43\",\"time\":\"2026-03-01T08:50:00.021Z\",\"type\":\"record.added\",\"v\":1}"}]}',NULL,NULL);
CREATE TRIGGER revisions_refs AFTER INSERT ON revisions BEGIN
	INSERT OR IGNORE INTO refs VALUES (NEW.kind, '', NEW.created, NEW.id);
	INSERT OR IGNORE INTO refs SELECT NEW.kind, value, NEW.created, NEW.id FROM json_each(NEW.refs);
END;
CREATE INDEX revisions_log ON revisions (kind, at, id, number);
CREATE INDEX revisions_by ON revisions (kind, by, at, id, number);
CREATE TRIGGER revisions_log AFTER INSERT ON revisions BEGIN
	INSERT OR IGNORE INTO log SELECT NEW.kind, value, NEW.at, NEW.id, NEW.number FROM json_each(NEW.refs);
END;
CREATE TRIGGER revisions_removed AFTER DELETE ON revisions BEGIN
	DELETE FROM refs WHERE kind = OLD.kind AND created = OLD.created AND id = OLD.id
		AND ref IN (SELECT '' UNION ALL SELECT value FROM json_each(OLD.refs));
	DELETE FROM log WHERE kind = OLD.kind AND at = OLD.at AND id = OLD.id AND number = OLD.number
		AND ref IN (SELECT value FROM json_each(OLD.refs));
END;
CREATE TRIGGER revisions_erased AFTER UPDATE OF refs ON revisions BEGIN
	DELETE FROM log WHERE kind = OLD.kind AND at = OLD.at AND id = OLD.id AND number = OLD.number
		AND ref IN (SELECT value FROM json_each(OLD.refs));
	INSERT OR IGNORE INTO log SELECT NEW.kind, value, NEW.at, NEW.id, NEW.number FROM json_each(NEW.refs);
	DELETE FROM refs WHERE kind = OLD.kind AND created = OLD.created AND id = OLD.id
		AND ref IN (SELECT value FROM json_each(OLD.refs));
	INSERT OR IGNORE INTO refs SELECT r.kind, e.value, r.created, r.id FROM revisions r, json_each(r.refs) e
		WHERE r.kind = NEW.kind AND r.id = NEW.id;
END;
COMMIT;
PRAGMA application_id=1414350659;
PRAGMA user_version=3;
PRAGMA journal_mode=WAL;
CREATE TABLE formats (number INTEGER PRIMARY KEY, program TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
UPDATE revisions SET refs = '[]' WHERE refs = 'null';
PRAGMA user_version=4;
INSERT INTO formats VALUES(4,'v0.4.0',1764000000000);
