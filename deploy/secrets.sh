#!/bin/sh
# Makes what compose.production.yml reads from $LANTOA_SECRETS (./secrets), where it is missing; run as root, because
# each file belongs to the one user that reads it: 10001 lantoa and the edge, 999 mongo, 1000 kafka.
# Put a certificate of your own authority at edge_certificate and edge_key first; else one signed by itself is made.
set -eu
folder=${LANTOA_SECRETS:-./secrets}
[ "$(id -u)" = 0 ] || { echo "Run as root: the files get owners." >&2; exit 1; }
mkdir -p "$folder"
chmod 711 "$folder"
cd "$folder"
umask 077

random() { openssl rand -hex 24; }
keep() { # name, owner: writes standard input unless the file is there
  if [ -e "$1" ]; then cat >/dev/null; else cat >"$1"; fi
  chown "$2" "$1"
  chmod 440 "$1"
}

random | keep cursor_key 10001:10001
random | keep mongo_root_password 999:999
openssl rand -base64 512 | tr -d '\n' | keep mongo_key 999:999
chmod 400 mongo_key # mongod takes no other mode
for service in plans tasks outreach honors; do
  echo "mongodb://$service:$(random)@mongo:27017/lantoa_$service?replicaSet=rs0" | keep mongo_url_$service 10001:999
done
for user in plans tasks outreach honors gateway operator; do
  random | keep kafka_password_$user 10001:10001
done

if [ ! -e kafka_server ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=lantoa brokers" \
    -keyout "$work/ca.key" -out kafka_ca 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=kafka" -keyout "$work/key" -out "$work/csr" 2>/dev/null
  printf 'subjectAltName=DNS:kafka,DNS:%s' "${LANTOA_KAFKA_HOST:-localhost}" >"$work/names"
  openssl x509 -req -in "$work/csr" -CA kafka_ca -CAkey "$work/ca.key" -CAcreateserial -CAserial "$work/serial" \
    -days 1825 -extfile "$work/names" -out "$work/certificate" 2>/dev/null
  cat "$work/key" "$work/certificate" kafka_ca | keep kafka_server 1000:1000
  chown 10001:10001 kafka_ca
  chmod 444 kafka_ca
fi
if [ ! -e edge_certificate ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj "/CN=${LANTOA_HOST_NAME:-localhost}" \
    -addext "subjectAltName=DNS:${LANTOA_HOST_NAME:-localhost}" -keyout edge_key -out edge_certificate 2>/dev/null
fi
chown 10001:10001 edge_certificate edge_key
chmod 440 edge_certificate edge_key
