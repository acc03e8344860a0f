// The accounts of Temgốc in MongoDB, each with what it needs and no more. As an
// administrator of the database:
//
//	mongosh mongodb://ADMIN@db1,db2,db3/admin?replicaSet=rs0 accounts.js
//
// It asks for the passwords, or takes them from the environment:
// TEMGOC_MONGODB_PASSWORD and TEMGOC_MONGODB_BACKUP_PASSWORD. Run it again after
// an upgrade: it changes what is there, and kinds of documents may be new.

const database = process.env.TEMGOC_MONGODB_DATABASE || "temgoc";

// The lines between the marks are JSON and compared with the program's kinds by
// a test.
// begin of collections
const collections = {
  "updated": [
    "batches",
    "certificates",
    "counts_by_key",
    "datarequests",
    "keys",
    "notifications",
    "people",
    "problems",
    "producers",
    "records",
    "requests",
    "secrets",
    "tests"
  ],
  "removable": [
    "backups",
    "claims",
    "codes",
    "contacts",
    "logcosigned",
    "openers",
    "pintries",
    "places",
    "replicas",
    "sessions",
    "sightings"
  ]
};
// end of collections

const of = (collection, actions) => ({ resource: { db: database, collection }, actions });

// What is written stays as it is, but for three things: contents that the law
// lets persons have erased, with a mark in the same collections on revisions that
// a later one replaced, counters, and kinds that are declared removable.
// Nothing can be dropped, renamed or read from other databases.
const service = [
  of("", ["find", "insert", "createCollection", "createIndex", "listIndexes", "listCollections"]),
  ...collections.updated.map((c) => of(c, ["update"])),
  ...collections.removable.map((c) => of(c, ["remove"])),
];

// A back-up reads everything, and writes down that it was made.
const backup = [of("", ["find", "listIndexes", "listCollections"]), of("backups", ["insert", "remove"])];

const admin = db.getSiblingDB("admin");
const target = db.getSiblingDB(database);

function role(name, privileges) {
  const change = target.getRole(name) ? "updateRole" : "createRole";
  target[change](...(change === "updateRole" ? [name, { privileges, roles: [] }] : [{ role: name, privileges, roles: [] }]));
}

function user(name, variable, roles) {
  const password = process.env[variable] || passwordPrompt();
  const change = target.getUser(name) ? "updateUser" : "createUser";
  target[change](...(change === "updateUser" ? [name, { pwd: password, roles }] : [{ user: name, pwd: password, roles }]));
  print(`${name}: may sign in with authSource=${database}`);
}

role("temgocService", service);
role("temgocBackup", backup);
user("temgoc", "TEMGOC_MONGODB_PASSWORD", ["temgocService"]);
user("temgoc-backup", "TEMGOC_MONGODB_BACKUP_PASSWORD", ["temgocBackup"]);
