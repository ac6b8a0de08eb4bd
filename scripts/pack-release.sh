#!/usr/bin/env bash
# Packs the connector into a folder, under a name that `logto connector add` takes, with its SHA-256 beside it.
set -euo pipefail

folder=$1
version=$(node -p 'require("./package.json").version')
file="connector-smsaero-$version.tgz"

npm pack --pack-destination "$folder"
cd "$folder"
mv "logto-$file" "$file"
sha256sum "$file" >"$file.sha256"
