/** A kickstart file that needs nothing besides a distribution, with a line of every kind that hew applies to a disk. */
export const SERVER = `# A small server.
text
lang C.UTF-8
keyboard --vckeymap=us --xlayouts=us,'de (nodeadkeys)'
timezone Europe/Paris --utc
timesource --ntp-server=time.example.org
network --bootproto=static --device=eth7 --ip=192.0.2.7 --netmask=255.255.255.0 --gateway=192.0.2.1 --nameserver=192.0.2.53
network --hostname=box.example.org
rootpw --iscrypted $6$0123456789abcdef$yQ9Xf4m3bX3aB5vH8kE1tR7uI2oP6lK9jN4mC0zQwErTyUiOpAsDfGhJkLzXcVbNm1234567890./AbCdEfGhX
group --name=crew --gid=2100
user --name=ada --groups=wheel,crew --uid=1234 --gecos="Ada L" --shell=/bin/bash --lock
sshkey --username=ada "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsQ0yHqk3dYd0Fj1jv6KpQm5V1v0yq8vQ1d2e3f4a5b ada@example.org"
selinux --disabled
firewall --enabled --service=ssh --port=8443:tcp
services --enabled=sshd,chronyd --disabled=systemd-resolved
skipx
bootloader --timeout=7 --append="console=ttyS0 quiet audit=0"
zerombr
clearpart --all --initlabel --disklabel=gpt
part /boot/efi --fstype=efi --size=120
part /srv --fstype=xfs --size=320 --label=data --fsoptions=noatime
part swap --size=64
part / --fstype=ext4 --size=1200 --grow
reboot

%packages --excludedocs --inst-langs=C.utf8
@text-tools
chrony
rsync
-zram-generator-defaults
-tree
%end

%post --log=/root/post.log
echo "inside as $(id -un)"
id ada > /root/ada
dd bs=1M if=/dev/zero of=/var/tmp/zeros 2> /dev/null || stat --format=%s /var/tmp/zeros > /root/zeros
rm -f /var/tmp/zeros
exit 3
%end

%post --nochroot --erroronfail --log=/mnt/sysimage/root/outside.log
echo outside
cp /mnt/sysimage/etc/hostname /mnt/sysimage/root/seen-outside
%end

%post --interpreter=/bin/bash --erroronfail
[[ -e /root/seen-outside ]] && echo "\${BASH_VERSION%%.*}" > /root/bash
%end
`;
