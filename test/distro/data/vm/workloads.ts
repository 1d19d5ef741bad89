import { type Row, same } from '../../row.ts';

/** Programs that are shipped as a container of their own. */
export const workloadRows: readonly Row[] = [
  {
    name: 'nginx', from: ['nginx', 'nginx-common'], units: ['nginx.service'], license: 'BSD-2-Clause',
    without: { 'debconf': 'of a maintainer script', 'debconf-2.0': 'of a maintainer script' },
    remove: ['etc/default/**', 'etc/init.d/**', 'etc/ufw/**', 'etc/logrotate.d/**', 'usr/share/vim/**', 'usr/share/apport/**', 'usr/lib/python3/**'],
    add: [{ path: 'usr/lib/sysusers.d/nginx.conf', text: 'u www-data - "Web server" /var/www\n' }],
  },
  same('liburing', 'liburing2'), same('libxslt', 'libxslt1.1'), same('libpq', 'libpq5'), same('keyutils'),
  {
    name: 'postgresql-server', from: ['postgresql-18', 'postgresql-client-18'], license: 'PostgreSQL',
    without: {
      'locales': 'locales are language packages', 'locales-all': 'locales are language packages',
      'postgresql-common': 'Debian\'s own way to run several clusters', 'postgresql-client-common': 'the same',
      'ssl-cert': 'of a maintainer script', 'debconf': 'of a maintainer script', 'debconf-2.0': 'of a maintainer script', 'sensible-utils': 'only for editors',
    },
    provides: ['postgresql = {evr}'], requires: ['shadow-utils', '/usr/bin/sh'],
    add: [
      ...['initdb', 'pg_ctl', 'postgres', 'psql', 'pg_isready'].map((name) => ({ path: `usr/bin/${name}`, link: `../lib/postgresql/18/bin/${name}` })),
      { path: 'usr/lib/sysusers.d/postgresql.conf', text: 'u postgres 26 "PostgreSQL Server" /var/lib/pgsql /bin/bash\n' },
      { path: 'var/lib/pgsql', directory: true, mode: 0o700, owner: 'postgres', group: 'postgres' },
    ],
    remove: ['usr/share/postgresql-common/**', 'usr/share/lintian/**'],
  },
];
