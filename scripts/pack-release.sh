#!/usr/bin/env bash
# Packs the connector into a folder, under a name that `logto connector add` takes, with its SHA-256 and the
# list of what is bundled in it (SBOM) beside it.
set -euo pipefail

folder=$1
version=$(node -p 'require("./package.json").version')
file="connector-smsaero-$version.tgz"

npm pack --pack-destination "$folder"
cp lib/sbom.cdx.json "$folder/connector-smsaero-$version.cdx.json"
cd "$folder"
mv "logto-$file" "$file"
sha256sum "$file" >"$file.sha256"
