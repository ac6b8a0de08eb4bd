#!/usr/bin/env bash
# Packs the connector into a folder, under a name that `logto connector add` takes, with its SHA-256 and the
# list of what is bundled in it (SBOM) beside it. What git does not track stays out of it.
set -euo pipefail

folder=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

# Sources that were downloaded as an archive come without git.
if [ -e .git ]; then
  git archive HEAD
else
  tar -c --exclude ./node_modules .
fi | tar -x -C "$copy"
ln -s "$PWD/node_modules" "$copy"
cd "$copy"

version=$(node -p 'require("./package.json").version')
file="connector-smsaero-$version.tgz"

# Set in GitHub's workflows.
if [ -n "${GITHUB_REPOSITORY:-}" ]; then
  node scripts/name-repository.mjs "https://github.com/$GITHUB_REPOSITORY"
fi

npm pack --pack-destination "$folder"
cp lib/sbom.cdx.json "$folder/connector-smsaero-$version.cdx.json"
cd "$folder"
mv "logto-$file" "$file"
sha256sum "$file" >"$file.sha256"
