import { describe, expect, it } from 'vitest';
import { checkKickstart, decodeText, encodeText, parse, print, type Verdict } from '../../../src/kickstart/index.ts';
import { splitLines } from '../../../src/kickstart/syntax/lines.ts';

// What people have in files that they call kickstart: old releases, installers' own tests, templates, accidents.
interface OddFile {
  readonly what: string;
  readonly text: string;
  /** `line: decision: a part of the reason`. */
  readonly verdicts: readonly string[];
}

const FILES: readonly OddFile[] = [
  {
    what: 'a file of 2004: no %end, words that are gone',
    text: 'install\nnfs --server=192.0.2.1 --dir=/os\nlangsupport --default=en_US en_US\nmouse generic3ps/2 --emulthree\nzerombr yes\nlilocheck\ninteractive\nauth --useshadow --enablemd5\nfirewall --high --ssh\nkey --skip\n%packages\n@ Base\n%post\necho\n',
    verdicts: ['1: ignored: the only thing', '2: refused: network file systems', '3: ignored: --inst-langs', '4: ignored: hardware', '5: applied: always empty', '6: ignored: LILO', '7: ignored: talks to people', '8: applied: default', '9: applied: firewalld', '10: ignored: installation numbers', '11: refused: does not end with %end', '13: refused: does not end with %end'],
  },
  {
    what: 'hardening: LVM, LUKS, boot loader password, oscap',
    text: 'bootloader --location=mbr --append="audit=1 fips=1" --iscrypted --password=grub.pbkdf2.sha512.10000.AB\npart pv.01 --size=1 --grow --encrypted --luks-version=luks2 --passphrase=x\nvolgroup vg pv.01\nlogvol /var/log --name=log --vgname=vg --size=1024 --fsoptions="nodev,nosuid"\n%addon org_fedora_oscap\n    content-type = scap-security-guide\n    profile = xccdf_org.ssgproject.content_profile_cis\n%end\n%addon com_redhat_oscap\n%end\n',
    verdicts: ['1: refused: boot loader password', '2: refused: LUKS', '3: refused: no other volumes', '4: refused: no other volumes', '5: refused: org_fedora_oscap', '6: refused: org_fedora_oscap', '9: refused: com_redhat_oscap'],
  },
  {
    what: 'images that are no packages',
    text: 'ostreesetup --osname="fedora" --remote="fedora" --url="https://h" --ref="x" --nogpg\nostreecontainer --url quay.example.org/os:latest --no-signature-verification\nbootc --source-imgref=registry:h/x\nliveimg --url=file:///run/install/squashfs.img\ncdrom\nharddrive --partition=sda1 --dir=/iso\nhmc\n',
    verdicts: ['1: refused: RPM repositories', '2: refused: RPM repositories', '3: refused: RPM repositories', '4: refused: RPM repositories', '5: ignored: copy of the distribution', '6: refused: disk of an installer', '7: refused: Hardware'],
  },
  {
    what: 'storage of one machine',
    text: 'iscsiname iqn.1994-05.example:x\niscsi --ipaddr=192.0.2.1 --target=x --iface=eth0\nfcoe --nic=eth0 --dcb\nzfcp --devnum=0.0.4000\nzipl --secure-boot\nnvdimm use --namespace=namespace0.0\nmultipath --name=a --device=b --rule=c\nraid / --device=md0 --level=1 raid.01 raid.02\nsnapshot vg/lv --name=s --when=post-install\nmount /dev/sda1 /\nstratispool p /dev/sda\n',
    verdicts: ['1: refused: one machine', '2: refused: one machine', '3: refused: one machine', '4: refused: one machine', '5: refused: IBM Z', '6: refused: one machine', '7: refused: one machine', '8: refused: no other volumes', '9: refused: LVM', '10: refused: nothing to mount', '11: refused: no other volumes'],
  },
  {
    what: 'a test of the installer with words to fill in',
    text: '%ksappend common/common_no_payload.ks\nurl @KSTEST_URL@\nrepo --name=extra --baseurl=@KSTEST_EXTRA@/os\nrdp --username=a --password=b\n%post\ncurl @KSTEST_URL@/x\n%end\n',
    verdicts: ['1: refused: there is no file', '2: refused: @KSTEST_URL@ is a placeholder', '3: refused: @KSTEST_EXTRA@', '4: ignored: talks to people', '5: applied: sandboxed'],
  },
  {
    what: 'a template in ERB',
    text: '<%#\nkind: provision\n-%>\nlang <%= host_param("lang") || "C" %>\n<% if @dynamic -%>\n%include /tmp/diskpart.cfg\n<% end -%>\n%packages\n<%= snippet "packages" %>\n%end\n%post\n<%= snippet("chef") %>\n%end\n',
    verdicts: ['1: refused: <%# is a placeholder', '2: refused: kind:', '3: refused: -%> is a placeholder', '4: refused: <%= host_param', '5: refused: <% if @dynamic -%>', '6: refused: there is no file', '7: refused: <% end -%>', '9: refused: <%= snippet "packages" %>', '11: applied: sandboxed'],
  },
  {
    what: 'a template in Jinja and one in Cheetah',
    text: '{# disks #}\n{% for disk in disks %}\npart / --ondisk={{ disk }} --size=1\n{% endfor %}\nurl --url=$tree\n$SNIPPET(\'network_config\')\n$yum_repo_stanza\nrootpw --iscrypted $default_password_crypted\n%packages\n$SNIPPET(\'func\')\n%end\n',
    verdicts: ['1: refused: {# disks #}', '2: refused: {% for disk in disks %}', '3: refused: {{ disk }}', '4: refused: {% endfor %}', '5: refused: $tree', '6: refused: $SNIPPET(network_config)', '7: refused: $yum_repo_stanza', '8: refused: $default_password_crypted', '10: refused: $SNIPPET'],
  },
  {
    what: 'a sample of Cobbler, with directives that a kickstart file takes for comments',
    text: '#platform=x86, AMD64, or Intel EM64T\n#set global $tree = "x"\nurl --url=http://$http_server/$tree/os\n#if $getVar("system_name", "") != ""\nnetwork --hostname=$system_name.example.org --bootproto=dhcp\n#else\nnetwork --bootproto=dhcp\n#end if\nfirewall $getVar("firewall", "--enabled")\n# If this were prose, it would count as a comment.\n%packages\n#if $extra\nkernel-$kver\n#end if\n%end\n%post\n#raw\necho\n#end raw\n%end\n',
    verdicts: ['1: empty: comment', '2: refused: #set global $tree', '3: refused: $http_server', '4: refused: #if $getVar', '5: refused: $system_name', '6: refused: #else', '7: applied: devices', '8: refused: #end if', '9: refused: $getVar', '10: empty: comment', '12: empty: comment', '13: refused: $kver', '16: applied: sandboxed'],
  },
  {
    what: 'older words of Cobbler and of the tests of Anaconda',
    text: 'SNIPPET::network_config\nrepo --name=m --baseurl=@MODULAR-REPO-URL@/modular\nauth --enableshadow --passalgo=sha512 --kickstart\nauthconfig --enableshadow --enableldap\n%packages\nSNIPPET::func\n%end\n',
    verdicts: ['1: refused: SNIPPET::network_config is a placeholder', '2: refused: @MODULAR-REPO-URL@', '3: applied: default', '4: refused: --enableldap', '6: refused: SNIPPET::func'],
  },
  {
    what: 'prose that begins like a directive',
    text: '#if you want more, set it\n#set the clock\n#end of the disk\n#for $5 more\nlang C.UTF-8\n#include what follows\n',
    verdicts: ['1: empty: comment', '2: empty: comment', '3: empty: comment', '4: empty: comment', '6: empty: comment'],
  },
  {
    what: 'templates of Packer, Terraform and Ansible',
    text: 'rootpw --plaintext {{ user `ssh_password` }}\nlang ${lang}\nuser --name=${var.user} --lock\nnetwork --hostname={{ inventory_hostname }}\nrepo --name=a --baseurl=https://h/$releasever/$contentdir/$basearch\nrepo --name=b --baseurl=https://h/$releasever/$site/os\n',
    verdicts: ['1: refused: {{ user `ssh_password` }}', '2: refused: ${lang}', '3: refused: ${var.user}', '4: refused: {{ inventory_hostname }}', '5: applied: repository', '6: refused: $site is a placeholder'],
  },
  {
    what: 'a virtual machine of RHEL, from its medium, with a swap partition too many',
    text: 'cdrom\ntext\neula --accept\nrepo --name=x --baseurl=https://h/os --ignoregroups=true\nbootloader --location=none --append="quiet"\nbootloader --disabled\npart swap --size=512\npart swap --size=512 --ondisk=sdb\npart / --type=ext4 --size=900 --grow\npart / --size=1000\npart /srv --size=100 --bytes-per-inode=4096\nsshpw --username=root --lock x\n',
    verdicts: ['1: ignored: repositories', '3: ignored: agree', '4: applied: repository', '5: applied: kernel arguments', '6: applied: kernel arguments', '7: applied: partition', '8: refused: makes swap already', '9: applied: partition', '10: applied: partition', '11: refused: --bytes-per-inode', '12: ignored: installer'],
  },
  {
    what: 'a kickstart of another kind: of ESXi, and of Photon OS',
    text: 'vmaccepteula\ninstall --firstdisk --overwritevmfs\n%firstboot --interpreter=busybox\n{ "hostname": "photon" }\n',
    verdicts: ['1: refused: no kickstart command', '2: refused: no option --firstdisk', '3: refused: unknown section', '4: refused: no kickstart command'],
  },
  {
    what: 'includes of URLs, of variables and of nothing',
    text: '%include https://example.org/base.ks\n%include /tmp/$part.ks\n%include\n%include "/a b.ks"\n',
    verdicts: ['1: refused: is a URL', '2: refused: there is no file', '3: refused: names no file', '4: refused: there is no file /a b.ks'],
  },
  {
    what: 'Windows line ends, a byte order mark and tabs',
    text: '\uFEFFlang\tC.UTF-8\r\n\tservices  --enabled=\tsshd\r\n%packages --nocore\r\nvim\t\r\n%end\r\n%post\r\necho\r\n%end\r\n',
    verdicts: ['1: applied: locale', '2: refused: "sshd"', '3: applied: packages', '4: applied: installed', '6: applied: sandboxed'],
  },
  {
    what: 'a file that ends after a backslash',
    text: 'lang C.UTF-8\npart / \\\n  --size=1 \\',
    verdicts: ['1: applied: locale', '2: refused: ends after a backslash'],
  },
  {
    what: 'no line end at the end, and a section without its end',
    text: 'lang C.UTF-8\n%post --interpreter /usr/bin/python3\nprint("x")',
    verdicts: ['1: applied: locale', '2: refused: does not end with %end'],
  },
  {
    what: 'a section inside a section, and an %end too many',
    text: '%packages --nocore\nvim\n%post\necho\n%end\n%end\n',
    verdicts: ['1: refused: does not end with %end', '3: applied: sandboxed', '6: refused: closes no section'],
  },
  {
    what: 'form feeds, vertical tabs, NUL and a lone surrogate',
    text: '\f\nlang\fC\n\u0000\ntext\v\n\uD800\n',
    verdicts: ['2: refused: no kickstart command', '3: refused: no kickstart command', '4: refused: no kickstart command', '5: refused: no kickstart command'],
  },
  {
    what: 'a script of another language and its log',
    text: '%pre-install --log=/tmp/x.log --interpreter=/usr/bin/bash\nls\n%end\n%post --interpreter=/usr/bin/python3 --log=/root/x.log --erroronfail\nimport os\n# %end is at the start of the next line\n%end\n%onerror\ncp\n%end\n%traceback\ncp\n%end\n%certificate --dir=/etc/pki/ca-trust/source/anchors --filename=ca.pem\n-----BEGIN CERTIFICATE-----\n%end\n%anaconda\npwpolicy root --strict\n%end\n',
    verdicts: ['1: ignored: runs the installer', '4: applied: sandboxed', '8: ignored: failure', '11: ignored: failure', '14: applied: certificate', '17: ignored: configures the installer'],
  },
  {
    what: 'newer and rarer commands',
    text: 'rhsm --organization=1 --activation-key=x\nsyspurpose --role=x\nrealm join example.org\nunsupported_hardware\nupgrade\nrescue\ndriverdisk sda\nupdates https://h/u.img\ngraphical\nvnc --password=x\nsshpw --username=root x --plaintext\nlogging --level=debug --host=h\ntimesource --ntp-server=h --nts\nmodule --name=nodejs --stream=20\neula --agreed\nignoredisk --only-use=vda\nautostep --autoscreenshot\n',
    verdicts: ['1: refused: subscription', '2: refused: no key', '3: refused: domain', '4: ignored: hardware', '5: refused: made from nothing', '6: refused: rescue', '7: ignored: drivers', '8: ignored: updates the installer', '9: ignored: talks to people', '10: ignored: talks to people', '11: ignored: installer', '12: ignored: log', '13: refused: --nts', '14: applied: module', '15: ignored: agree', '16: ignored: only one', '17: ignored: talks to people'],
  },
];

const at = (verdicts: readonly Verdict[], line: number): Verdict | undefined =>
  verdicts.find(({ place, lines }) => place.line <= line && line < place.line + lines);

describe.each(FILES)('$what', ({ text, verdicts }) => {
  const file = parse(text, { path: 'a.ks' });
  const report = checkKickstart(file);

  it('is printed back, with one verdict on every line', () => {
    expect(print(file)).toBe(text);
    const covered = report.verdicts.flatMap(({ place, lines }) => Array.from({ length: lines }, (_, index) => place.line + index));
    expect(covered).toEqual(splitLines(text).map(({ number }) => number));
  });

  it.each(verdicts)('%s', (expected) => {
    const [, line = '', decision, reason = ''] = /^(\d+): (\w+): (.*)$/.exec(expected) ?? [];
    const found = at(report.verdicts, Number(line));
    expect([found?.decision, found?.reason]).toEqual([decision, expect.stringContaining(reason)]);
    // Whatever is refused comes with what to write instead.
    expect([found?.instead].filter((instead) => decision === 'refused' && !/\S/.test(instead ?? ''))).toEqual([]);
  });
});

describe('bytes', () => {
  it.each<readonly [string, readonly number[]]>([
    ['Latin-1', [...Buffer.from('# J\xFCrgen\nlang C\n', 'latin1')]],
    ['UTF-16 with its mark', [0xff, 0xfe, ...Buffer.from('lang C\n', 'utf16le')]],
    ['half of a character at the end', [...Buffer.from('lang C\n'), 0xc3]],
    ['none', []],
  ])('of %s are written as they were read', (_what, bytes) => {
    const { text, encoding } = decodeText(Uint8Array.from(bytes));
    expect([...encodeText({ text: print(parse(text, { path: 'a.ks' })), encoding })]).toEqual(bytes);
  });
});

describe('a template in a script', () => {
  it('is told, since a shell script may hold one for its own use', () => {
    for (const sign of ['<%= snippet("chef") %>', 'SNIPPET::kernel_options', '@KSINCLUDE@', '#end if', '$SNIPPET(a)']) {
      const [verdict] = checkKickstart(parse(`%post\necho ok\n${sign}\n%end\n`, { path: 'a.ks' })).verdicts;
      expect(verdict?.notes).toContain(`line 3 holds ${sign}, which looks like a template that was not filled in`);
    }
  });
});
