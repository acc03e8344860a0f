#!/usr/bin/env bash
# Makes the buckets, and an account for each who uses them.
set -euo pipefail

secret() { cat "/run/secrets/$1"; }
# The keys of the owner come from standard input, as mc asks for them.
printf '%s\n%s\n' "$(secret objects_root_user)" "$(secret objects_root_password)" | mc --quiet alias set temgoc http://objects:9000 >/dev/null
mc --quiet mb --ignore-existing --with-lock temgoc/temgoc temgoc/temgoc-backup
for who in service sweep backup; do
	mc --quiet admin policy create temgoc "temgoc-$who" "/init/s3/$who.json"
	printf '%s\n%s\n' "temgoc-$who" "$(secret "objects_${who}_password")" | mc --quiet admin user add temgoc >/dev/null
	mc --quiet admin policy attach temgoc "temgoc-$who" --user "temgoc-$who" || true # attached before
done
