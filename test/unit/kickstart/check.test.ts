import { describe, expect, it } from 'vitest';
import { checkKickstart } from '../../../src/kickstart/index.ts';
import { commandNames, commandTable, findCommand } from '../../../src/kickstart/commands/index.ts';
import { appliers } from '../../../src/kickstart/apply/index.ts';
import { findPlaceholder } from '../../../src/kickstart/verdict/placeholders.ts';
import { interpret, load, valueOf, verdictOn } from './support.ts';

describe('the command table', () => {
  it('has every command of Fedora 46 in pykickstart, and those of older releases', () => {
    const known = `
      auth authconfig authselect autopart autostep bootc bootloader btrfs cdrom clearpart cmdline device
      deviceprobe dmraid driverdisk module eula fcoe firewall firstboot graphical group halt harddrive hmc
      ignoredisk install iscsi iscsiname keyboard lang liveimg logging logvol mediacheck method mount multipath
      network nfs nvdimm timesource ostreecontainer ostreesetup part partition poweroff raid rdp realm reboot
      repo reqpart rescue rootpw selinux services shutdown skipx snapshot sshpw sshkey stratisfs stratispool
      text timezone updates url user vnc volgroup xconfig zerombr zfcp zipl rhsm syspurpose
      unsupported_hardware upgrade interactive langsupport lilo lilocheck monitor mouse key installclass
    `;
    expect(
      known
        .trim()
        .split(/\s+/)
        .filter((name) => findCommand(name) === undefined),
    ).toEqual([]);
  });

  it('names each command once, and says for each what is done', () => {
    expect(new Set(commandNames).size).toBe(commandNames.length);
    for (const row of commandTable) {
      const [name = ''] = row.names;
      expect({ name, note: row.note === '', instead: row.instead !== undefined, apply: appliers.has(name) }).toEqual({
        name,
        note: false,
        instead: row.disposition === 'refused',
        apply: row.disposition === 'applied',
      });
    }
  });
});

describe('verdicts', () => {
  it('cover every line, with the lines of a script together', () => {
    const { verdicts } = interpret('# a\n\ntext\nlang C\n%post --erroronfail\necho\n\nx\n%end\n');
    expect(verdicts.map(({ place, lines, subject, decision }) => [place.line, lines, subject, decision])).toEqual([
      [1, 1, 'comment', 'empty'],
      [2, 1, 'blank', 'empty'],
      [3, 1, 'text', 'ignored'],
      [4, 1, 'lang', 'applied'],
      [5, 5, '%post', 'applied'],
    ]);
  });

  it('count lines, and honour a file without refusals', async () => {
    const report = checkKickstart(await load({ 'a.ks': 'text\nlang C\nlogvol / --vgname=a --name=b --size=1\n' }));
    expect(report).toMatchObject({ honoured: false, counts: { applied: 1, ignored: 1, refused: 1, empty: 0 } });
    expect(checkKickstart(await load({ 'a.ks': 'text\n' })).honoured).toBe(true);
  });

  it.each([
    ['langg C', 'there is no kickstart command "langg"', 'Did you mean `lang`?'],
    [
      'part / --onpart=sda1',
      '--onpart: an image’s disk is new, and no line that hew reads makes sda1',
      'Give `--size` and leave the partition to hew.',
    ],
    ['part / --size=9 --encrypted --passphrase=x', /^--encrypted, --passphrase: hew makes no LUKS/, /at rest/],
    ['part pv.01 --size=1', /member of RAID or LVM/, /part MOUNTPOINT/],
    ['part /', 'it has no size', /--size/],
    ['part / --size=1 --fstype=reiserfs', 'hew makes no file system "reiserfs"', /ext4/],
    ['part stuff --size=1', '"stuff" is no mount point', /path/],
    ['autopart --type=lvm', /makes LVM volumes/, /--type=plain/],
    ['autopart --encrypted', /LUKS/, /first boot/],
    ['logvol / --vgname=a --name=b --size=9', 'hew makes plain partitions and btrfs, no other volumes', /part/],
    ['btrfs none --label=x btrfs.01', 'no `part` line before it makes btrfs.01', /part btrfs\.01/],
    ['btrfs none --label=x', /no partition/, /btrfs\.01/],
    ['btrfs none a b', /one partition/, /one member/],
    ['btrfs / --subvol LABEL=x', /name/, /--name/],
    ['btrfs / --subvol --name=a LABEL=x', /label "x"/, /--label/],
    ['rootpw secret', /plain text/, /openssl passwd -6/],
    ['rootpw', 'it gives no password', /--lock/],
    ['user --name=a --password=b', /plain text/, /--iscrypted/],
    ['user --uid=5', /name/, /--name/],
    ['url --proxy=http://p:1', /none is given/, /--url/],
    ['repo --name=a --baseurl=b --metalink=c', /more than one/, /--baseurl/],
    ['url --url=https://h --noverifyssl', /nobody vouches/, /certificate/],
    ['network --bootproto=static --device=e', /no address/, /--ip/],
    ['network --ip=1.2.3.4 --netmask=255.0.255.0', '255.0.255.0 is no netmask', /netmask/],
    ['network --device=bond0 --bondslaves=a,b', /plain devices/, /files/],
    ['network --device=e --gateway=1.1.1.1 --ipv6gateway=::1', /one key/, /keep one/i],
    ['network --bootproto=query', /person/, /dhcp/],
    ['firewall --port=imap:tcp', /by a word/, /number/],
    ['module --stream=a', /no --name/, /--name/],
    ['network --noipv6 --ipv6=auto', /--noipv6 and --ipv6 contradict/, /one of the options/],
    ['network --noipv4 --noipv6', /no address/, /one of the options/],
    ['network --ipv4-ignore-auto-dns', /both families/, /--nodns/],
    ['network --device=eth0 --mtu=12', /mtu/, /Correct/],
    ['bootloader --location=partition', /another boot loader/, /location/],
    ['bootloader --password=x', /password/, /%post/],
    ['clearpart --disklabel=dasd', /dasd/, /gpt/],
    ['authconfig --enablesssd', /--enablesssd/, /authselect/],
    ['authselect check', /only selects/, /select/],
    ['timesource', /none of --ntp-disable/, /--ntp-server/],
    ['services', /no unit/, /--enabled/],
    ['keyboard', /no keymap/, /--vckeymap/],
    ['sshkey "ssh-ed25519 A"', /no --username/, /--username/],
    ['hostname a', /no kickstart command/, /remove the line/i],
    ['user --name=9lives --lock', /^name must be a user or group name/, /Correct/],
    ['part / --size=9 --label="a b"', /^label must be/, /Correct/],
    ['timezone Europe/Par?is', /must be a name/, /Correct/],
  ])('%s is refused', (text, reason, instead) => {
    const verdict = verdictOn(text);
    expect(verdict.decision).toBe('refused');
    expect(verdict.reason).toMatch(reason);
    expect(verdict.instead).toMatch(instead);
  });

  it('ignore what asks for nothing that an image could have', () => {
    expect(verdictOn('selinux')).toMatchObject({ decision: 'ignored', reason: 'it names no mode, and that of the package counts' });
    expect(verdictOn('repo --name=updates')).toMatchObject({ decision: 'ignored', reason: expect.stringContaining('turns on updates') as string });
    expect(verdictOn('module --name=nodejs').reason).toContain('default stream of nodejs');
    expect(interpret('selinux\nrepo --name=updates\nmodule --name=nodejs\n').value).toEqual({});
  });

  it('let a later network line replace the whole device, and say so', () => {
    const text = 'network --device=eth0 --bootproto=static --ip=192.0.2.7 --netmask=255.255.255.0\nnetwork --device=eth0 --bootproto=dhcp\n';
    expect(verdictOn(text, 2).notes).toEqual(['it takes the place of the `network` of eth0 before it']);
    expect(valueOf(text).system?.network).toEqual([{ device: 'eth0', method: 'dhcp' }]);
  });

  it('let a certificate be trusted where it is, or where trusted ones are', () => {
    const text = (options: string): string => `%certificate --filename=ca.pem ${options}\n-----BEGIN CERTIFICATE-----\n%end\n`;
    expect(valueOf(text('--type=anchor')).files?.[0]?.path).toBe('/etc/pki/ca-trust/source/anchors/ca.pem');
    expect(valueOf(text('--type=anchor --dir=/srv/')).files?.[0]?.path).toBe('/srv/ca.pem');
    expect(verdictOn(text('--type=anchor')).notes.join()).toContain('update-ca-trust');
    expect(verdictOn(text('--type=client')).reason).toContain('--type is none of anchor');
    expect(verdictOn(text('')).reason).toContain('does not say where');
  });

  it('tell part and autopart, of which Anaconda takes one', () => {
    expect(verdictOn('part / --size=9\nautopart\n', 2).reason).toMatch(/exclude each other/);
    expect(verdictOn('autopart\npart / --size=9\n', 2).reason).toMatch(/exclude each other/);
  });

  it('hold what is applied against the rules of definitions, with their hint', () => {
    expect(verdictOn('rootpw --iscrypted $1$salt$0123456789abcdefghijkl')).toMatchObject({
      decision: 'refused',
      reason: 'the password hash of root uses a method that can be broken',
      instead: 'Make a new one: `openssl passwd -6`.',
    });
    expect(verdictOn('%packages --nocore\nvim\n-vi*\n%end\n', 3).reason).toContain('asked for at a.ks:2:1');
    expect(verdictOn('user --name=root --lock').reason).toBe('root cannot be added');
  });

  it('tell a partition that takes the place of another', () => {
    const text = 'part / --size=900 --label=a\npart / --size=1000\n';
    expect(verdictOn(text, 2).notes).toEqual(['it takes the place of the `part /` before it']);
    expect(valueOf(text).disk?.partitions).toEqual([{ mount: '/', size: '1000MiB' }]);
  });

  it('tell two partitions that both want the rest', () => {
    expect(verdictOn('part / --grow\npart /home --grow\n', 2).reason).toBe('/ already takes the rest of the disk');
  });

  it('mark what is deprecated, short or another spelling', () => {
    expect(verdictOn('auth --enableshadow').notes).toContain('auth is deprecated');
    expect(verdictOn('timezone UTC --isUtc --nontp').notes).toEqual([
      '--isUtc is another spelling of --utc',
      '--nontp is deprecated',
    ]);
    expect(verdictOn('services --enable=a').notes).toEqual(['--enable is short for --enabled']);
    expect(verdictOn('%packages --instLangs=en --excludeWeakdeps --nocore\n%end\n').notes).toEqual([
      '--instLangs is another spelling of --inst-langs',
      '--excludeWeakdeps is another spelling of --exclude-weakdeps',
    ]);
  });
});

describe('%pre', () => {
  const script =
    '%pre\nif [ -b /dev/sda ]; then\ncat > /tmp/p.ks <<X\npart / --ondisk=sda --grow\nX\nfi\n%end\n%include /tmp/p.ks\n';

  it('that writes an included file is refused, with the include, until the file is given', async () => {
    const { verdicts } = checkKickstart(await load({ 'a.ks': script }));
    expect(verdicts).toMatchObject([
      {
        subject: '%pre',
        lines: 7,
        decision: 'refused',
        instead: 'Give what it would write by --include /tmp/p.ks=FILE.',
      },
      {
        subject: '%include',
        decision: 'refused',
        reason: '/tmp/p.ks is written by the %pre on line 1, which hew does not run',
      },
    ]);
    const given = checkKickstart(await load({ 'a.ks': script, 'p.ks': 'part / --grow\n' }, { '/tmp/p.ks': 'p.ks' }));
    expect(given.honoured).toBe(true);
    expect(given.verdicts[0]).toMatchObject({ decision: 'ignored', reason: 'what it writes is given by --include' });
  });

  it.each(['parted -s /dev/sda mklabel gpt', 'echo ,,L | sfdisk /dev/vda', '/usr/sbin/mkfs.xfs /dev/sda1'])(
    'with %s is refused',
    (line) => {
      expect(verdictOn(`%pre\n${line}\n%end\n`)).toMatchObject({
        decision: 'refused',
        reason: expect.stringContaining('line 2 partitions'),
      });
    },
  );

  it('with anything else is ignored', () => {
    expect(verdictOn('%pre\n# parted\necho unparted\n%end\n').decision).toBe('ignored');
    expect(verdictOn('%pre-install\necho\n%end\n').decision).toBe('ignored');
  });

  it('-install that writes into the system is refused', () => {
    expect(verdictOn('%pre-install\ncp a /mnt/sysimage/etc\n%end\n').decision).toBe('refused');
  });
});

describe('other sections', () => {
  it.each([
    ['%onerror\nx\n%end\n', 'ignored'],
    ['%traceback\nx\n%end\n', 'ignored'],
    ['%anaconda\npwpolicy root --minlen=6\n%end\n', 'ignored'],
    ['%addon org_fedora_oscap\nx = y\n%end\n', 'refused'],
    ['%addon com_redhat_kdump --enablefadump\n%end\n', 'refused'],
    ['%addon\n%end\n', 'refused'],
    ['%certificate --dir=/etc/pki\n%end\n', 'refused'],
    ['%packages --default\n%end\n', 'refused'],
    ['%post --nochrot\n%end\n', 'refused'],
    ['%post\n', 'refused'],
    ['%what\nx\n%end\n', 'refused'],
  ])('%j: %s', (text, decision) => {
    const { verdicts } = interpret(text);
    expect(new Set(verdicts.map((verdict) => verdict.decision))).toEqual(new Set([decision]));
  });

  it('warn of a script that needs the network', () => {
    expect(verdictOn('%post\ncurl -O http://h/x\n%end\n').notes.join()).toContain(
      'line 2 seems to need the network (curl)',
    );
    expect(verdictOn('%post\ndnf -y install x\n%end\n').notes.join()).toContain('network (dnf)');
    expect(verdictOn('%post --erroronfail\ndnf -C -y remove x\n%end\n').notes).toEqual([]);
  });
});

describe('placeholders', () => {
  it.each([
    ['rootpw --iscrypted ${ROOT_HASH}', '${ROOT_HASH}'],
    ['url --url={{ mirror_url }}/os', '{{ mirror_url }}'],
    ['@@PARTITIONS@@', '@@PARTITIONS@@'],
    ['{% if x %}', '{% if x %}'],
    ['lang <%= @lang %>', '<%= @lang %>'],
    ["$SNIPPET('network')", '$SNIPPET(network)'],
    ['url --url=$tree', '$tree'],
  ])('%s is refused by name', (text, name) => {
    const verdict = verdictOn(text);
    expect(verdict.reason).toBe(`${name} is a placeholder of a template that was not filled in`);
    expect(verdict.decision).toBe('refused');
  });

  it('are refused in headers and packages, and left alone in scripts', () => {
    expect(verdictOn('%packages --nocore\n${kernel}\n%end\n', 2).decision).toBe('refused');
    expect(verdictOn('%post --log={{ log }}\n%end\n').decision).toBe('refused');
    expect(verdictOn('%post\necho ${x} {{ y }}\n%end\n').decision).toBe('applied');
  });

  it.each(['http://h/$releasever/${basearch}', '$6$salt$hash', '$y$j9T$abc$def', 'a@@b c@@', '${}', '{{', 'cost$'])(
    'are not: %s',
    (text) => {
      expect(findPlaceholder(text)).toBeUndefined();
    },
  );
});
