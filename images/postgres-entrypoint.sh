#!/usr/bin/bash
# Makes a database where none is, then becomes the server.
set -euo pipefail
: "${PGDATA:=/var/lib/pgsql/data}"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  if [ "$method" = trust ]; then
    initdb --pgdata="$PGDATA" --auth=trust
  else
    : "${POSTGRES_PASSWORD:?set it, or POSTGRES_HOST_AUTH_METHOD=trust}"
    initdb --pgdata="$PGDATA" --auth="$method" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD")
  fi
  printf 'host all all all %s\n' "$method" >> "$PGDATA/pg_hba.conf"
fi
exec postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/var/lib/pgsql/run
