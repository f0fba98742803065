#!/usr/bin/env bash
# Starts a PostgreSQL of its own in a temporary folder and runs the given command against it.
# Usage: tests/postgresql.sh COMMAND …   (sets SMEMATCH_TEST_DATABASE_URL)
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || { echo "错误：没有安装 PostgreSQL（Debian：apt-get install postgresql）" >&2; exit 1; }
folder=$(mktemp -d /tmp/smematch-pg.XXXXXX)
# PostgreSQL refuses to run as root.
as=()
if [ "$(id -u)" = 0 ]; then
    chown postgres "$folder"
    as=(runuser -u postgres --)
fi
stop() { "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true; rm -rf "$folder"; }
trap stop EXIT
cd "$folder"
"${as[@]}" "$bin/initdb" -D "$folder/data" -U smematch -E UTF8 --locale=C.UTF-8 -A trust >/dev/null
# On a socket file only: no port is opened. A throw-away cluster need not wait for the disk.
"${as[@]}" "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
    -o "-k $folder -c listen_addresses='' -c fsync=off -c full_page_writes=off" start >/dev/null
"${as[@]}" "$bin/createdb" -h "$folder" -U smematch smematch
cd "$OLDPWD"
SMEMATCH_TEST_DATABASE_URL="postgresql://smematch@/smematch?host=$folder" "$@"
