import { type Row, same } from '../../row.ts';

const modules = [
  'attr', 'bcrypt', 'blinker', 'certifi', 'cffi-backend', 'chardet', 'charset-normalizer', 'configobj', 'cryptography', 'dbus',
  'idna', 'jinja2', 'jsonpatch', 'json-pointer', 'jsonschema', 'jsonschema-specifications', 'jwt', 'markupsafe',
  'nftables', 'oauthlib', 'pefile', 'referencing', 'requests', 'rpds-py', 'urllib3', 'zstandard', 'crypt-r',
] as const;

/** Python, for cloud-init, the Azure agent, firewalld and ukify. Debian's paths, Fedora's names. */
export const pythonRows: readonly Row[] = [
  {
    name: 'python3', from: ['python3.14', 'python3.14-minimal', 'python3', 'python3-minimal'],
    remove: [
      'usr/share/pixmaps/**', 'usr/share/applications/**', 'usr/bin/{2to3,pdb,pydoc,pygettext}*', 'etc/python3/**',
      'usr/share/python3/**', 'usr/bin/py3*', 'usr/lib/binfmt.d/**', 'usr/share/binfmts/**',
    ],
    license: 'Python-2.0.1', provides: ['python(abi) = 3.14', '/usr/bin/python3'],
  },
  {
    name: 'python3-libs', from: ['libpython3.14-stdlib', 'libpython3.14-minimal', 'libpython3-stdlib'],
    license: 'Python-2.0.1', without: { 'media-types': 'types of files are in the standard library', netbase: 'in setup' },
    remove: ['usr/lib/python3.14/test/**', 'usr/lib/python3.14/idlelib/**'],
  },
  ...modules.map((name) => same(`python3-${name}`)),
  { name: 'python3-distro', from: ['python3-distro'], without: { 'lsb-release': 'os-release says it' } },
  { name: 'python3-pyyaml', from: ['python3-yaml'] },
  { name: 'python3-gobject-base', from: ['python3-gi'] },
];
