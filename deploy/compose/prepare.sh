#!/bin/sh
# Makes the secrets of compose.yaml in secrets/, and the configuration of nginx
# in generated/. Run it as root, once; it leaves alone what is there. It needs
# openssl, and temgoc in the PATH (or named by TEMGOC).
set -eu
cd "$(dirname "$0")"
umask 077
. ./.env

mkdir -p secrets generated/tls generated/acme
chmod 755 . generated generated/acme

random() { # random NAME BYTES
	[ -e "secrets/$1" ] || openssl rand -hex "$2" | tr -d '\n' >"secrets/$1"
}
random mongodb_root_password 24
random mongodb_password 24
random mongodb_backup_password 24
random objects_root_password 24
random objects_service_password 20
random objects_sweep_password 20
random objects_backup_password 20
random grafana_password 16
[ -e secrets/objects_root_user ] || printf 'owner-%s' "$(openssl rand -hex 6)" >secrets/objects_root_user
[ -e secrets/mongodb_keyfile ] || openssl rand -base64 567 >secrets/mongodb_keyfile
[ -e secrets/keys.json ] || "${TEMGOC:-temgoc}" key init --keys secrets/keys.json
[ -e secrets/documents ] || printf 'mongodb://temgoc:%s@mongodb1,mongodb2,mongodb3/temgoc?replicaSet=rs0&authSource=temgoc' \
	"$(cat secrets/mongodb_password)" >secrets/documents
[ -e secrets/files ] || printf 's3://temgoc-service:%s@objects:9000/temgoc?tls=0' "$(cat secrets/objects_service_password)" >secrets/files
sed "s/t\.example\.vn/$TEMGOC_HOST/g; s#access_log access.log temgoc#access_log /dev/stdout temgoc#" ../nginx/temgoc.conf >generated/temgoc.conf
chmod 644 generated/temgoc.conf

# Each secret is handed to the group of the one container that reads it; nobody
# but root can change it.
give() { # give GROUP NAME…
	group=$1
	shift
	for name; do
		chown "0:$group" "secrets/$name"
		chmod 640 "secrets/$name"
	done
}
chmod 711 secrets
chown 999:999 secrets/mongodb_keyfile # MongoDB wants it to be its own
chmod 400 secrets/mongodb_keyfile
give 999 mongodb_root_password mongodb_password mongodb_backup_password
give 65532 documents files keys.json log.key objects_root_user objects_root_password \
	objects_service_password objects_sweep_password objects_backup_password
give 0 grafana_password
chmod 711 generated/tls
if [ -e generated/tls/privkey.pem ]; then
	chown 0:101 generated/tls/privkey.pem
	chmod 640 generated/tls/privkey.pem
else
	echo "Put the certificate into $(pwd)/generated/tls: fullchain.pem and privkey.pem. Then run this again."
fi
