#!/bin/sh
# Users of the broker and what each may do; safe to repeat. It stands in the broker's network, where the loopback
# listener needs no password. `access.sh H57 < password` admits a province's own client instead.
set -eu
server=localhost:19092
bin=/opt/kafka/bin
export KAFKA_HEAP_OPTS="-Xmx128m" KAFKA_JVM_PERFORMANCE_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1"

user() { # name, password
  "$bin/kafka-configs.sh" --bootstrap-server $server --alter --entity-type users --entity-name "$1" \
    --add-config "SCRAM-SHA-512=[password=$2]" >/dev/null
}
allow() { # name, then what kafka-acls is told
  name=$1; shift
  "$bin/kafka-acls.sh" --bootstrap-server $server --add --allow-principal "User:$name" "$@" >/dev/null
  echo "$name: $*"
}

if [ $# -gt 0 ]; then
  user "$1" "$(cat)"
  allow "$1" --operation Write --operation Describe --topic "lantoa.inbox.$1"
  allow "$1" --operation Read --operation Describe --topic "lantoa.receipts.$1"
  allow "$1" --operation Read --group "$1." --resource-pattern-type prefixed
  exit
fi

topics="--topic lantoa.plans --topic lantoa.tasks --topic lantoa.outreach --topic lantoa.honors"
for name in plans tasks outreach honors gateway operator; do
  user $name "$(cat /run/secrets/kafka_password_$name)"
done
allow operator --operation Create --operation Describe --resource-pattern-type prefixed --topic lantoa.
allow gateway --operation Read --operation Describe $topics
for name in plans tasks outreach honors; do
  allow $name --operation Read --operation Describe $topics
  allow $name --operation Write --topic "lantoa.$name"
  allow $name --operation Read --group "lantoa.$name"
done
allow outreach --operation Read --group lantoa-outreach-intake
allow outreach --operation Create --operation Describe --operation Read --resource-pattern-type prefixed --topic lantoa.inbox.
allow outreach --operation Create --operation Describe --operation Write --resource-pattern-type prefixed --topic lantoa.receipts.
