#!/usr/bin/env bash
# Before each `npm pack`: builds, and makes files readable to the user that Logto runs as.
set -euo pipefail

# npm packs these, whatever `files` in package.json says.
if strays=$(ls | grep -iE '^(readme|licen[cs]e|copying)(\.|$)' | grep -vxE 'README(\.ru)?\.md|LICENSE'); then
  printf 'Move away what would be packed as well: %s\n' $strays >&2
  exit 1
fi

npm run build
find lib docs ./*.md ./*.svg LICENSE package.json -type f -exec chmod 644 {} +
