import { type Row, same } from '../row.ts';

/** ldconfig runs once for a whole transaction, in Lua so that glibc needs no shell; priority as in Fedora's glibc. */
const ldconfigTriggers = ['transfiletriggerin', 'transfiletriggerpostun'].map((trigger) => [
  `%${trigger} -P 2000000 -p <lua> -- /usr/lib /usr/lib64`, 'rpm.execute("/usr/sbin/ldconfig")', '',
].join('\n')).join('\n');

/** A session is registered where systemd is there: a leading hyphen passes over a module that is not. */
const sessions = '-session optional pam_systemd.so\n';

/** The packages of a container: Fedora's name, then what of Debian goes into it. */
export const containerRows: readonly Row[] = [
  // C library and compiler runtime
  {
    name: 'glibc',
    from: ['libc6', { deb: 'libc-bin', only: ['etc/ld.so.conf', 'etc/ld.so.conf.d/*', 'usr/sbin/ldconfig'] }],
    weaken: ['libc-gconv-modules-extra'],
    requires: ['glibc-common = {evr}', 'glibc-langpack = {evr}'],
    // As in Fedora: of the packages that provide a langpack the solver takes the one that is suggested.
    suggests: ['glibc-minimal-langpack = {evr}'],
    requiresFirst: ['filesystem'],
    add: [
      { path: 'etc/ld.so.cache', ghost: true },
      { path: 'var/cache/ldconfig', directory: true, mode: 0o700 },
    ],
    scriptlets: ldconfigTriggers,
    license: 'LGPL-2.1-or-later AND GPL-2.0-or-later',
  },
  {
    name: 'glibc-common', from: ['libc-bin'], license: 'LGPL-2.1-or-later AND GPL-2.0-or-later',
    remove: ['usr/share/libc-bin/**', 'usr/bin/tzselect', 'usr/sbin/zic', 'etc/default/nss'],
  },
  { name: 'glibc-gconv-extra', from: ['libc-gconv-modules-extra'], license: 'LGPL-2.1-or-later' },
  {
    // The one locale that every system has, C.UTF-8, is in glibc-common: this package only says "no more".
    name: 'glibc-minimal-langpack', from: [{ deb: 'libc-bin', only: ['usr/share/libc-bin/none'] }],
    summary: 'Only the C and POSIX locales', description: 'Stands for the choice of no further locale.',
    provides: ['glibc-langpack = {evr}'], requires: ['glibc = {evr}'], license: 'LGPL-2.1-or-later',
  },
  { name: 'libgcc', from: ['libgcc-s1'], license: 'GPL-3.0-or-later WITH GCC-exception-3.1' },
  { name: 'libstdc++', from: ['libstdc++6'], license: 'GPL-3.0-or-later WITH GCC-exception-3.1' },
  { name: 'libatomic', from: ['libatomic1'], license: 'GPL-3.0-or-later WITH GCC-exception-3.1' },

  // Shell and basic programs
  {
    name: 'bash', from: ['bash'], license: 'GPL-3.0-or-later',
    provides: ['/bin/sh', '/bin/bash', '/usr/bin/sh'],
    requiresFirst: ['filesystem'],
    remove: ['etc/bash.bashrc', 'etc/skel/*'],
    add: [
      { path: 'usr/bin/sh', link: 'bash' },
      { path: 'etc/skel/.bashrc', text: '[ -f /etc/bashrc ] && . /etc/bashrc\n', config: true },
      { path: 'etc/skel/.bash_profile', text: '[ -f ~/.bashrc ] && . ~/.bashrc\n', config: true },
    ],
  },
  { name: 'bash-doc', from: ['bash-doc'], license: 'GFDL-1.3-or-later' },
  { name: 'bash-completion', from: ['bash-completion'] },
  { name: 'dash', from: ['dash'], remove: ['usr/bin/sh', 'usr/share/man/man1/sh*'] },
  { name: 'coreutils', from: ['coreutils'], provides: ['/usr/bin/env', '/bin/true'] },
  same('findutils'), same('grep'), same('gzip'), same('sed'), same('tar'), same('less'), same('nano'), same('file'),
  {
    name: 'gawk', from: ['gawk'], provides: ['/usr/bin/awk'],
    add: [{ path: 'usr/bin/awk', link: 'gawk' }],
  },
  {
    name: 'vim-minimal', from: ['vim-tiny'], license: 'Vim',
    without: { 'vim-common': 'xxd and vimrc are not needed for vi' },
    remove: ['etc/vim/**', 'etc/vim', 'usr/share/vim', 'usr/share/vim/**'],
    add: [{ path: 'usr/bin/vi', link: 'vim.tiny' }],
  },
  same('xz', 'xz-utils'), same('zstd'), same('busybox'),
  {
    name: 'shadow-utils',
    from: ['passwd', 'login.defs', { deb: 'uidmap', only: ['usr/bin/new?idmap', 'usr/share/man/man1/new?idmap*'] }],
    capabilities: { 'usr/bin/newuidmap': 'cap_setuid=ep', 'usr/bin/newgidmap': 'cap_setgid=ep' },
    attributes: {
      'usr/bin/newuidmap': { mode: 0o755, owner: 'root', group: 'root' },
      'usr/bin/newgidmap': { mode: 0o755, owner: 'root', group: 'root' },
    },
    remove: ['etc/cron.daily/**', 'etc/pam.d/*'],
  },
  { name: 'iputils', from: ['iputils-ping', 'iputils-tracepath'], capabilities: { 'usr/bin/ping': 'cap_net_raw=ep' } },

  // Security
  {
    name: 'openssl-libs',
    from: ['libssl3t64', 'openssl-provider-legacy', {
      deb: 'openssl',
      only: ['etc/ssl/**', 'usr/lib/ssl', 'usr/lib/ssl/cert*', 'usr/lib/ssl/openssl.cnf', 'usr/lib/ssl/private'],
    }],
    remove: ['etc/ssl/private', 'etc/ssl/certs', 'usr/lib/ssl/private'],
    recommends: ['ca-certificates'],
  },
  same('openssl-fips-provider', 'openssl-provider-fips'),
  { name: 'openssl', from: ['openssl'], remove: ['usr/lib/ssl/misc/**', 'usr/share/man/man1/CA.pl*'] },
  {
    name: 'ca-certificates', from: ['ca-certificates'],
    without: { openssl: 'hash links are not made: the bundles are files of the package' },
    remove: ['etc/ca-certificates/**', 'etc/ca-certificates', 'usr/sbin/**', 'usr/share/ca-certificates-udeb/**'],
    join: {
      parts: 'usr/share/ca-certificates/mozilla/*.crt',
      targets: [
        'etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', 'etc/pki/tls/certs/ca-bundle.crt',
        'etc/ssl/certs/ca-certificates.crt', 'etc/pki/tls/cert.pem',
      ],
    },
    add: ['etc/pki/ca-trust', 'etc/pki/ca-trust/extracted', 'etc/pki/ca-trust/extracted/pem']
      .map((path) => ({ path, directory: true as const })),
  },
  same('audit-libs', 'libaudit1', 'libaudit-common'),
  same('libxcrypt', 'libcrypt1'),
  {
    name: 'pam', from: ['libpam0g', 'libpam-modules', 'libpam-modules-bin', 'libpam-runtime'],
    without: { 'libdb5.3t64': 'only pam_userdb needs it' },
    remove: ['usr/lib/x86_64-linux-gnu/security/pam_userdb.so', 'usr/share/man/man8/pam_userdb*',
      'usr/sbin/pam-auth-update',
      'usr/sbin/pam_getenv', 'etc/pam.conf'],
    provides: ['pam-libs = {evr}'],
    add: [
      ...(['auth', 'account', 'password', 'session'] as const).map((kind) => ({
        path: `etc/pam.d/common-${kind}`, config: true,
        text: `${kind} required pam_unix.so${kind === 'password' ? ' yescrypt' : ''}\n${kind === 'session' ? sessions : ''}`,
      })),
      { path: 'etc/pam.d/common-session-noninteractive', config: true, text: 'session required pam_unix.so\n' },
      // Fedora's names for the same; `other` refuses what no file allows.
      ...['system-auth', 'password-auth'].map((name) => ({
        path: `etc/pam.d/${name}`, config: true,
        text: ['auth', 'account', 'password', 'session'].map((kind) => `@include common-${kind}\n`).join(''),
      })),
      {
        path: 'etc/pam.d/other', config: true,
        text: ['auth', 'account', 'password', 'session'].map((kind) => `${kind} required pam_deny.so\n`).join(''),
      },
      ...['chpasswd', 'chfn', 'chsh', 'newusers', 'passwd', 'groupadd', 'useradd'].map((name) => ({
        path: `etc/pam.d/${name}`, config: true,
        text: ['auth sufficient pam_rootok.so', '@include common-auth', '@include common-account',
          '@include common-password', ''].join('\n'),
      })),
    ],
  },
  same('libselinux', 'libselinux1'), same('libsemanage', 'libsemanage2', 'libsemanage-common'),
  same('libsepol', 'libsepol2'),
  same('libcap', 'libcap2'), same('libcap-ng', 'libcap-ng0'), same('libbsd', 'libbsd0'), same('libmd', 'libmd0'),
  same('gnutls', 'libgnutls30t64'), same('nettle', 'libnettle8t64', 'libhogweed6t64'), same('p11-kit', 'libp11-kit0'),
  same('libtasn1', 'libtasn1-6'), same('libgcrypt', 'libgcrypt20'), same('libgpg-error', 'libgpg-error0'),
  same('libassuan', 'libassuan9'), same('gnupg2', 'gpg', 'gpgconf'), same('gpgme', 'libgpgme45'),
  same('libksba', 'libksba8'), same('npth', 'libnpth0t64'),

  // Libraries
  same('libacl', 'libacl1'), same('libattr', 'libattr1'), same('gmp', 'libgmp10'), same('mpfr', 'libmpfr6'),
  same('pcre2', 'libpcre2-8-0'), same('libzstd', 'libzstd1'), same('zlib', 'zlib1g'), same('lz4-libs', 'liblz4-1'),
  same('bzip2-libs', 'libbz2-1.0'), same('xz-libs', 'liblzma5'), same('systemd-libs', 'libsystemd0', 'libudev1'),
  same('ncurses-libs', 'libtinfo6', 'libncursesw6'), same('ncurses-base'), same('ncurses', 'ncurses-bin'),
  { name: 'readline', from: ['libreadline8t64', 'readline-common'], remove: ['etc/inputrc', 'usr/share/readline/**'] },
  same('libmount', 'libmount1'), same('libblkid', 'libblkid1'), same('libuuid', 'libuuid1'),
  same('libsmartcols', 'libsmartcols1'),
  same('libffi', 'libffi8'), same('popt', 'libpopt0'), same('json-c', 'libjson-c5'), same('libyaml', 'libyaml-0-2'),
  same('libxml2', 'libxml2-16'), same('lua-libs', 'liblua5.3-0'), same('fmt', 'libfmt11'),
  same('file-libs', 'libmagic1t64', 'libmagic-mgc'),
  same('xxhash-libs', 'libxxhash0'), same('expat', 'libexpat1'),
  same('libidn2', 'libidn2-0'), same('libunistring', 'libunistring5'), same('libarchive', 'libarchive13t64'),
  same('dbus-libs', 'libdbus-1-3'), same('sdbus-cpp', 'libsdbus-c++2'),
  { name: 'glib2', from: ['libglib2.0-0t64'], remove: ['usr/share/gdb/**'] },
  { name: 'sqlite-libs', from: ['libsqlite3-0'], license: 'blessing' },
  { name: 'sqlite', from: ['sqlite3'], license: 'blessing' },
  {
    name: 'tzdata', from: ['tzdata'], license: 'LicenseRef-Public-Domain', remove: ['usr/share/zoneinfo/right/**'],
  },

  // Network
  { name: 'curl', from: ['curl'], license: 'curl' },
  { name: 'libcurl', from: ['libcurl4t64'], license: 'curl' },
  { name: 'libcurl-gnutls', from: ['libcurl4-gnutls'], license: 'curl' },
  same('libnghttp2', 'libnghttp2-14'), same('libnghttp3', 'libnghttp3-9'),
  same('ngtcp2', 'libngtcp2-16'), same('ngtcp2-crypto-ossl', 'libngtcp2-crypto-ossl0'),
  same('ngtcp2-crypto-gnutls', 'libngtcp2-crypto-gnutls8'),
  same('libbrotli', 'libbrotli1'), same('libcom_err', 'libcom-err2'), same('keyutils-libs', 'libkeyutils1'),
  { name: 'krb5-libs', from: ['libgssapi-krb5-2', 'libkrb5-3', 'libk5crypto3', 'libkrb5support0'], license: 'MIT' },
  {
    name: 'cyrus-sasl-lib', from: ['libsasl2-2', 'libsasl2-modules-db'], license: 'BSD-4-Clause-UC',
    without: { 'libdb5.3t64': 'only the sasldb plugin needs it', 'libsasl2-modules-db': 'merged, without the plugin' },
    remove: ['usr/lib/x86_64-linux-gnu/sasl2/libsasldb*'],
  },
  same('openldap', 'libldap2'), same('libpsl', 'libpsl5t64'), same('libssh2', 'libssh2-1t64'),

  // Package management
  {
    name: 'rpm',
    from: ['rpm-common', {
      deb: 'rpm',
      only: [
        'usr/bin/{rpm,rpmdb,rpmkeys,rpmquery,rpmverify,rpmsort}', 'usr/lib/rpm', 'usr/lib/rpm/rpmpopt-*',
        'usr/lib/rpm/sysusers.sh', 'usr/lib/rpm/rpmdb_*', 'usr/share/locale/**', 'usr/share/man/man8/rpm.8*',
        'usr/share/man/man8/{rpmdb,rpmkeys}*', 'usr/share/man/*/man8/rpm.8*',
      ],
    }],
    remove: ['usr/lib/rpm/platform/[!xn]*/**', 'usr/lib/rpm/platform/[!xn]*'],
    requires: ['rpm-libs = {evr}', 'popt', '/usr/bin/sh'],
    requiresFirst: ['filesystem'],
    add: [
      // Debian keeps the database below /var; Fedora's place belongs to the image and not to its state.
      { path: 'usr/lib/rpm/macros.d/macros.dbpath', text: '%_dbpath %{_prefix}/lib/sysimage/rpm\n' },
      { path: 'usr/lib/sysimage/rpm', directory: true },
    ],
  },
  {
    name: 'rpm-libs', from: ['librpm10', 'librpmio10'], provides: ['librpm = {evr}'],
    without: { 'rpm-common': 'the library is used without the program: dnf5 requires rpm itself' },
  },
  same('rpm-sequoia', 'librpm-sequoia-1'),
  {
    name: 'dnf5', from: ['dnf5'],
    without: {
      'librpmbuild10': 'only the builddep plugin needs it, in dnf5-plugins',
      'libjson-c5': 'only the copr plugin needs it, in dnf5-plugins',
    },
    recommends: ['bash-completion', 'dnf5-plugins'],
    remove: ['usr/share/dnf5/aliases.d/compatibility-{plugins,reposync}.conf'],
    provides: ['dnf = {evr}', 'yum = {evr}'],
    add: [{ path: 'usr/bin/dnf', link: 'dnf5' }, { path: 'usr/bin/yum', link: 'dnf5' }],
  },
  {
    name: 'dnf-data', from: ['dnf-data'], remove: ['etc/dnf/automatic.conf', 'etc/dnf/aliases.d/**', 'etc/logrotate.d/dnf'],
    provides: ['libdnf5-data'],
  },
  {
    name: 'libdnf5', from: ['libdnf5-2'],
    without: { 'libappstream5': 'only the appstream plugin needs it, in libdnf5-plugin-appstream' },
  },
  same('libdnf5-cli', 'libdnf5-cli3'), same('librepo', 'librepo0'), same('libsolv', 'libsolv1', 'libsolvext1'),
  same('libmodulemd', 'libmodulemd2'),
];
