import { describe, expect, it } from 'vitest';
import { createKickstartReader } from '../../../src/kickstart/index.ts';
import { formatMebibytes, readMebibytes } from '../../../src/kickstart/syntax/sizes.ts';
import { interpret, valueOf } from './support.ts';

const HASH = '$6$salt$0123456789';

describe('system commands', () => {
  it.each<readonly [string, object]>([
    ['lang cs_CZ.UTF-8', { locale: 'cs_CZ.UTF-8' }],
    ['keyboard us', { keymap: 'us' }],
    [`keyboard --vckeymap=cz --xlayouts='cz','us'`, { keymap: 'cz', 'keyboard-layouts': ['cz', 'us'] }],
    ['timezone --utc Europe/Prague', { timezone: 'Europe/Prague', 'utc-clock': true }],
    [
      'timezone Europe/Prague --ntpservers=a,b',
      { timezone: 'Europe/Prague', 'utc-clock': false, 'time-servers': ['a', 'b'] },
    ],
    ['timesource --ntp-server=a\ntimesource --ntp-pool=b', { 'time-servers': ['a', 'b'] }],
    [
      'timesource --ntp-disable\nservices --enabled=chronyd,sshd --disabled=a',
      { services: { enable: ['sshd'], disable: ['a', 'chronyd'] } },
    ],
    ['services --enabled=a,b\nservices --enabled=c', { services: { enable: ['c'] } }],
    [
      'services --enabled=sshd,x --disabled kdump,rhsmcertd',
      { services: { enable: ['sshd', 'x'], disable: ['kdump', 'rhsmcertd'] } },
    ],
    ['selinux --permissive', { selinux: 'permissive' }],
    ['skipx', { 'default-target': 'multi-user.target' }],
    ['xconfig --startxonboot', { 'default-target': 'graphical.target' }],
    ['authselect select sssd with-mkhomedir --force', { authselect: ['sssd', 'with-mkhomedir', '--force'] }],
    [
      'firewall --enabled --ssh --service=mdns --port=22:tcp,53:udp,80',
      { firewall: { enabled: true, services: ['mdns', 'ssh'], ports: ['22/tcp', '53/udp', '80/tcp'] } },
    ],
    ['firewall --disabled', { firewall: { enabled: false } }],
    ['network --hostname=h.example', { hostname: 'h.example' }],
    [
      'network --bootproto=dhcp --device=link --activate --onboot=on',
      { network: [{ device: 'link', method: 'dhcp', 'on-boot': true }] },
    ],
    [
      'network --device=eth0 --bootproto static --ip=192.0.2.7 --netmask=255.255.255.128 --gateway=192.0.2.1 ' +
        '--nameserver=192.0.2.2,192.0.2.3 --ipv6=2001:db8::1',
      {
        network: [
          {
            device: 'eth0',
            method: 'static',
            addresses: ['192.0.2.7/25', '2001:db8::1/64'],
            gateway: '192.0.2.1',
            nameservers: ['192.0.2.2', '192.0.2.3'],
          },
        ],
      },
    ],
    [
      'network --device=eth1 --bootproto=dhcp --noipv6 --nodefroute --nodns --mtu 9000 --ipv4-dns-search=a.example,b.example --activate',
      {
        network: [{
          device: 'eth1', method: 'dhcp', 'search-domains': ['a.example', 'b.example'], 'automatic-dns': false,
          'default-route': false, ipv6: false, mtu: 9000,
        }],
      },
    ],
    ['network --noipv6', { network: [{ device: 'link', method: 'dhcp', ipv6: false }] }],
    [`rootpw --iscrypted ${HASH}`, { 'root-password': HASH }],
    ['sshkey --username=root "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me"', { 'root-ssh-keys': ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me'] }],
    [
      `user --name=a --groups=wheel(10),b --password=${HASH} --iscrypted --uid=7 --gid=8 ` +
        `--gecos="A B" --homedir=/h --shell=/bin/zsh --lock\nsshkey --username=a "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 1"\nsshkey --username=a "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 2"`,
      {
        users: [
          {
            name: 'a',
            uid: 7,
            gid: 8,
            groups: ['wheel', 'b'],
            comment: 'A B',
            home: '/h',
            shell: '/bin/zsh',
            password: HASH,
            locked: true,
            'ssh-keys': ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 1', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 2'],
          },
        ],
        groups: [{ name: 'wheel', gid: 10 }],
      },
    ],
    ['group --name=g --gid=5', { groups: [{ name: 'g', gid: 5 }] }],
    ['%addon com_redhat_kdump --enable --reserve-mb=160M\n%end', { kdump: { enabled: true, reserve: '160' } }],
    ['%addon com_redhat_kdump --disable\n%end', { kdump: { enabled: false } }],
    ['bootloader --append="a=1  b" --location=mbr', { 'kernel-cmdline': ['a=1', 'b'] }],
  ])('%s', (text, system) => {
    expect(valueOf(`${text}\n`).system).toEqual(system);
  });

  it('lock root by --lock and by what is no hash, also after a hash', () => {
    for (const line of [
      'rootpw --lock',
      'rootpw --iscrypted nope',
      'rootpw --lock --iscrypted locked',
      'rootpw --lock secret',
    ]) {
      expect(valueOf(`rootpw --iscrypted ${HASH}\n${line}\n`).system).toBeUndefined();
    }
  });

  it('let plain text pass where the definition allows it', () => {
    expect(valueOf('rootpw secret\n', { allowPlainTextPasswords: true }).system).toEqual({ 'root-password': 'secret' });
  });

  it('write what Anaconda writes for rootpw --allow-ssh', () => {
    expect(valueOf(`rootpw --allow-ssh --iscrypted ${HASH}\n`).files).toMatchObject([
      { path: '/etc/ssh/sshd_config.d/01-permitrootlogin.conf' },
    ]);
  });
});

describe('sources', () => {
  it('become repositories', () => {
    const text = [
      'url --mirrorlist="https://h/?repo=x&arch=$basearch"',
      'repo --name="My Repo" --baseurl=https://h/os --cost=5 --includepkgs=a,b --excludepkgs=c*',
      'repo --name=m --metalink=https://h/m --install',
      'module --name=nodejs --stream=20',
    ].join('\n');
    expect(valueOf(`${text}\n`)).toEqual({
      packages: { modules: ['nodejs:20'] },
      repositories: [
        { id: 'kickstart-url', mirrorlist: 'https://h/?repo=x&arch=$basearch' },
        { id: 'My-Repo', baseurl: 'https://h/os', cost: 5, includepkgs: ['a', 'b'], excludepkgs: ['c*'] },
        { id: 'm', metalink: 'https://h/m' },
      ],
      files: [
        { path: '/etc/yum.repos.d/m.repo', content: '[m]\nname=m\nmetalink=https://h/m\nenabled=1\ngpgcheck=1\n' },
      ],
    });
  });
});

describe('storage', () => {
  it('becomes partitions; a size with --grow makes the least size of the disk', () => {
    const text = [
      'zerombr',
      'clearpart --all --initlabel --disklabel=msdos',
      'bootloader --timeout=3 --sdboot',
      'part biosboot --fstype=biosboot --size=1',
      'part /boot/efi --fstype=efi --size=200',
      'part / --fstype="xfs" --size=3000 --grow --label=root --fsoptions="noatime,ro" --mkfsoptions="-m 1"',
      'part swap --size 1024 --ondisk=vda',
    ].join('\n');
    expect(valueOf(`${text}\n`)).toMatchObject({
      boot: { timeout: 3, loader: 'systemd-boot' },
      disk: {
        label: 'mbr',
        size: '4227MiB',
        partitions: [
          { mount: 'none', filesystem: 'none', size: '1MiB', type: '21686148-6449-6e6f-744e-656564454649' },
          { mount: '/boot/efi', filesystem: 'vfat', size: '200MiB' },
          {
            mount: '/',
            filesystem: 'xfs',
            size: 'rest',
            label: 'root',
            options: ['noatime', 'ro'],
            'mkfs-options': ['-m', '1'],
          },
          { mount: 'swap', filesystem: 'swap', size: '1GiB' },
        ],
      },
    });
  });

  it('is for BIOS where there is a BIOS boot partition and no ESP', () => {
    expect(valueOf('part biosboot --size=1\npart / --grow\n').boot).toEqual({ firmware: 'bios' });
    expect(
      valueOf('part biosboot --size=1\npart /boot/efi --size=1 --fstype=efi\npart / --grow\n').boot,
    ).toBeUndefined();
  });

  it('makes what autopart and reqpart stand for', () => {
    const mounts = (text: string, firmware: 'uefi' | 'bios' = 'uefi') =>
      valueOf(text, { firmware }).disk?.partitions?.map(({ mount, size }) => `${mount} ${String(size)}`);
    expect(mounts('autopart --type=plain\n')).toEqual(['/boot/efi 512MiB', '/boot 1GiB', '/ rest']);
    expect(mounts('autopart --nolvm --noboot\n', 'bios')).toEqual(['none 1MiB', '/ rest']);
    expect(mounts('reqpart --add-boot\npart / --size=2048\n')).toEqual(['/boot/efi 512MiB', '/boot 1GiB', '/ 2GiB']);
  });

  it('counts in the largest unit that divides', () => {
    expect([1, 1024, 1536, 2 * 1024 * 1024].map(formatMebibytes)).toEqual(['1MiB', '1GiB', '1536MiB', '2TiB']);
    expect(['5GiB', '1025KiB', 'rest', undefined].map(readMebibytes)).toEqual([5120, 2, undefined, undefined]);
  });
});

describe('places', () => {
  it('are those of the line that set the value', () => {
    const { placeOf } = interpret('lang C\nuser --name=a --lock\nsshkey --username=a "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"\nlang D\n');
    expect(placeOf(['system', 'locale']).line).toBe(4);
    expect(placeOf(['system', 'users', 0, 'locked']).line).toBe(2);
    expect(placeOf(['system', 'users', 0, 'ssh-keys', 0]).line).toBe(3);
    expect(placeOf(['nothing'])).toEqual({ file: 'a.ks' });
  });
});

it('a definition gets a layer with places as it shows them', async () => {
  const read = createKickstartReader((path) => (path === '/k/b.ks' ? 'lang C\nfoo\n' : undefined));
  const layer = await read({
    file: '/d/a.ks',
    show: (path) => path.replace('/d/', ''),
    allowPlainTextPasswords: false, plainPartitions: false,
    text: 'skipx\n%include part.ks\nbar\n',
    includes: { 'part.ks': '/k/b.ks' },
  });
  expect(layer.value).toEqual({ system: { 'default-target': 'multi-user.target', locale: 'C' } });
  expect(layer.placeOf(['system', 'default-target'])).toEqual({ file: 'a.ks', line: 1, column: 1 });
  expect(layer.placeOf(['system', 'locale'])).toEqual({ file: '/k/b.ks', line: 1, column: 1 });
  expect(layer.problems.map(({ code, place }) => [code, place])).toEqual([
    ['kickstart-refused', { file: 'a.ks', line: 3, column: 1 }],
    ['kickstart-refused', { file: '/k/b.ks', line: 2, column: 1 }],
  ]);
});

describe('partitions of boot loaders', () => {
  it('stand beside each other without a mount point, each with its type', () => {
    const text = 'part prepboot --fstype=prepboot --size=4\npart biosboot --fstype=biosboot --size=1\npart / --size=900\n';
    expect(valueOf(text).disk?.partitions).toMatchObject([
      { mount: 'none', filesystem: 'none', size: '4MiB', type: '9e1a2d38-c612-4316-aa26-8b49521e5a8b' },
      { mount: 'none', filesystem: 'none', size: '1MiB', type: '21686148-6449-6e6f-744e-656564454649' },
      { mount: '/', size: '900MiB' },
    ]);
  });
});
