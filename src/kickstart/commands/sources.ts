import { applied, ignored, refused, type CommandRow } from './row.ts';

const TLS = [
  'hew does not fetch over connections that nobody vouches for',
  'give the repository a certificate that the build machine trusts',
] as const;
const CLIENT_CERTIFICATE = [
  'hew has no key for certificates of its own',
  'add the certificate to the build machine’s trust store',
] as const;
const PROXY = 'the proxy belongs to the build machine: set `https_proxy` there';
const NOT_PACKAGES = 'hew composes from RPM repositories, not from an image that exists already';

/** Where the packages come from. */
export const sourceCommands: readonly CommandRow[] = [
  applied('url', 'becomes a repository named `kickstart-url`', {
    options: '--url= --mirrorlist= --metalink= --proxy= --noverifyssl --sslcacert= --sslclientcert= --sslclientkey=',
    ignore: { '--proxy': PROXY },
    refuse: {
      '--noverifyssl': TLS,
      '--sslcacert': CLIENT_CERTIFICATE,
      '--sslclientcert': CLIENT_CERTIFICATE,
      '--sslclientkey': CLIENT_CERTIFICATE,
    },
  }),
  applied('repo', 'becomes a repository; `--install` also leaves its `.repo` file in the image', {
    options:
      '--name= --baseurl= --mirrorlist= --metalink= --cost=# --includepkgs=, --excludepkgs|--exclude=, --proxy= ' +
      '--ignoregroups=?! --noverifyssl --install --sslcacert= --sslclientcert= --sslclientkey=',
    ignore: { '--proxy': PROXY, '--ignoregroups': 'it only concerns how trees are mirrored' },
    refuse: {
      '--noverifyssl': TLS,
      '--sslcacert': CLIENT_CERTIFICATE,
      '--sslclientcert': CLIENT_CERTIFICATE,
      '--sslclientkey': CLIENT_CERTIFICATE,
    },
  }),
  applied('module', 'enables the module stream', {
    options: '--name= --stream= --disable',
    deprecated: true,
    rules: { needs: '--name', filled: '--stream' },
    refuse: { '--disable': ['hew only enables streams', 'exclude its packages in %packages'] },
  }),
  ignored('cdrom', 'the medium holds a copy of the distribution, from whose repositories hew takes the packages'),
  refused('harddrive', 'an image is not made from a disk of an installer', 'serve the tree and name it by `url`', {
    options: '--partition= --biospart=! --dir=',
  }),
  refused('nfs', 'hew does not mount network file systems', 'serve the tree over https and name it by `url`', {
    options: '--server= --dir= --opts=',
  }),
  refused('hmc', 'hew does not read from a Hardware Management Console', 'name the repositories by `url` and `repo`'),
  refused('method', 'it names no source by itself', 'write `url` or `repo`', { deprecated: true, words: [0, 99] }),
  refused('liveimg', NOT_PACKAGES, 'list the packages in %packages', {
    options: '--url= --proxy= --noverifyssl --checksum=',
  }),
  refused('ostreesetup', NOT_PACKAGES, 'list the packages in %packages', {
    options: '--osname= --remote= --url= --ref= --nogpg|--no-gpg',
  }),
  refused('ostreecontainer', NOT_PACKAGES, 'list the packages in %packages', {
    options: '--stateroot= --url= --remote= --transport= --no-signature-verification',
  }),
  refused('bootc', NOT_PACKAGES, 'list the packages in %packages', {
    options: '--stateroot= --source-imgref= --target-imgref= --bootloader= --composefs',
  }),
  refused(
    'rhsm',
    'a subscription belongs to one machine, and its keys must not be in an image',
    'register at first boot, with cloud-init for one',
    {
      options: '--organization= --activation-key= --connect-to-insights --proxy= --server-hostname= --rhsm-baseurl=',
    },
  ),
  refused('syspurpose', 'hew has no key for it', 'write /etc/rhsm/syspurpose/syspurpose.json in `files`', {
    options: '--role= --sla= --usage= --addon=',
  }),
  ignored('install', 'it is the only thing hew does', {
    options: '--root-device=',
    deprecated: true,
    rules: { filled: '--root-device' },
  }),
  refused('upgrade', 'an image is always made from nothing', 'remove the line', {
    options: '--root-device=',
    deprecated: true,
  }),
  ignored('updates', 'it updates the installer, and there is none', { words: [0, 1] }),
  ignored('driverdisk', 'it brings drivers for the installer, and there is none', {
    options: '--source= --biospart=! --type=!',
    words: [0, 1],
    rules: { needsOne: 'WORD --source --biospart', excludes: ['WORD --source --biospart'] },
  }),
];
