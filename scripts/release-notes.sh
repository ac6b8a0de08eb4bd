#!/usr/bin/env bash
# Prints a version's section of CHANGELOG.md: `release-notes.sh X.Y.Z`. Ends with 1 where it is missing or
# empty, or its heading has no date.
set -euo pipefail

awk -v version="$1" '
  /^## / {
    date = $4 ~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]$/
    inside = $2 == version && $3 == "-" && date && NF == 4
    next
  }
  inside
  inside && NF { found = 1 }
  END { exit !found }
' CHANGELOG.md || {
  echo "CHANGELOG.md has no section \"## $1 - YYYY-MM-DD\"." >&2
  exit 1
}
