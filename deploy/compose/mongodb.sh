#!/usr/bin/env bash
# Makes one replica set of the three members, and the accounts of the service.
set -euo pipefail

# Passwords are in the environment of this container only: what stands on a
# command line is in the list of processes.
export ROOT TEMGOC_MONGODB_PASSWORD TEMGOC_MONGODB_BACKUP_PASSWORD
ROOT=$(</run/secrets/mongodb_root_password)
TEMGOC_MONGODB_PASSWORD=$(</run/secrets/mongodb_password)
TEMGOC_MONGODB_BACKUP_PASSWORD=$(</run/secrets/mongodb_backup_password)

mongosh --quiet --nodb --eval '
const root = "mongodb://root:" + encodeURIComponent(process.env.ROOT) + "@";
const first = connect(root + "mongodb1:27017/admin?directConnection=true");
try {
  first.adminCommand({ replSetGetStatus: 1 });
} catch (e) {
  if (e.codeName !== "NotYetInitialized") throw e;
  const members = [1, 2, 3].map((n) => ({ _id: n - 1, host: "mongodb" + n + ":27017" }));
  first.adminCommand({ replSetInitiate: { _id: "rs0", members } });
}
for (let i = 0; i < 60 && !first.hello().isWritablePrimary; i++) sleep(1000);
db = connect(root + "mongodb1,mongodb2,mongodb3/admin?replicaSet=rs0");
load("/init/accounts.js");
'
