# Sourced by quickstart and test: everything that a fresh Debian machine with npm needs, each step only when it is due.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { if [ -t 2 ]; then printf '\033[1m== %s\033[0m\n' "$*" >&2; else printf '== %s\n' "$*" >&2; fi; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Programs that must be on the machine itself; all others come in the tools tree.
install_host_packages() {
  local missing=()
  command -v bwrap >/dev/null || missing+=(bubblewrap)
  command -v mmdebstrap >/dev/null || missing+=(mmdebstrap)
  command -v newuidmap >/dev/null || missing+=(uidmap)
  [ ${#missing[@]} = 0 ] && return
  command -v apt-get >/dev/null || fail "install ${missing[*]} with your package manager, then run this again"
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || fail "as root: apt-get install ${missing[*]}"
  say "packages of this machine: ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# npm packages, among them a current Node; again only when the lock file changed.
install_npm_packages() {
  command -v npm >/dev/null || fail 'npm is not installed: apt-get install npm'
  local stamp=node_modules/.hew-lock-digest digest
  digest=$(sha256sum package-lock.json)
  if [ "$(cat $stamp 2>/dev/null)" = "$digest" ]; then return; fi
  say 'npm packages'
  npm ci --no-audit --no-fund --loglevel=error
  echo "$digest" > $stamp
}

# JavaScript in dist/; again only when a source is newer.
build() {
  if [ -f oclif.manifest.json ] && [ -z "$(find src package.json bin/bundle.js bin/manifest.js -newer oclif.manifest.json -print -quit)" ]; then
    return
  fi
  say 'build'
  npm run --silent build
}

hew() { node_modules/.bin/node bin/run.js "$@"; }

setup() {
  install_host_packages
  install_npm_packages
  build
  hew tools install >&2
}

sample_distribution() {
  node_modules/.bin/node test/distro/build.ts "$@" >&2
}
