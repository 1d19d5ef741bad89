/** Built by the same commands as the cloud images of Fedora, in words of its own. Parts of it no sample package answers. */
export const CLOUD: Readonly<Record<string, string>> = {
  'cloud.ks': `# Boots in any cloud; accounts come from its metadata.
text # not cmdline
lang en_US.UTF-8
keyboard us
timezone --utc Etc/UTC

selinux --enforcing
rootpw --lock --iscrypted locked
firewall --disabled

# Old names of devices, and a console for those who debug.
bootloader --timeout=1 --append="no_timer_check net.ifnames=0 console=tty1 console=ttyS0,115200n8"
services --enabled=sshd,cloud-init-local,cloud-init-network,cloud-config,cloud-final

# The disk has its partitions before the installer looks at it.
part biosboot --fstype=biosboot --onpart=vda1
part /boot/efi --fstype=efi --onpart=vda2
part /boot --fstype=xfs --label=boot --onpart=vda3
part / --fstype=xfs --onpart=vda4

%pre --erroronfail
/usr/bin/dd bs=512 count=10 if=/dev/zero of=/dev/vda
/usr/sbin/parted -s -a optimal /dev/vda -- mklabel gpt
/usr/sbin/parted -s -a optimal /dev/vda -- mkpart biosboot 1MiB 2MiB set 1 bios_grub on
/usr/sbin/parted -s -a optimal /dev/vda -- mkpart '"EFI System Partition"' fat32 2MiB 202MiB set 2 esp on
/usr/sbin/parted -s -a optimal /dev/vda -- mkpart boot xfs 202MiB 714MiB
/usr/sbin/parted -s -a optimal /dev/vda -- mkpart root xfs 714MiB 100%
%end

%include repositories.ks

reboot

%packages --instLangs=en
@^cloud-server-environment
-kernel
kernel-core
-dracut-config-rescue
-plymouth
# There is no such agent in the sample distribution.
qemu-guest-agent
-firewalld
-zram-generator-defaults
-geolite2-country
-geolite2-city
%end

%post --erroronfail
echo "Take out what only real hardware needs."
rpm -e linux-firmware
rm -f /var/lib/systemd/random-seed
dd bs=1M if=/dev/zero of=/var/tmp/zeros || :
rm -f /var/tmp/zeros
rm -f /etc/NetworkManager/system-connections/*.nmconnection
truncate -s 0 /etc/machine-id
%end
`,
  'repositories.ks': '%include rawhide.ks\n',
  'rawhide.ks': `repo --name=fedora --mirrorlist=https://mirrors.example.org/mirrorlist?repo=rawhide&arch=$basearch
url --mirrorlist=https://mirrors.example.org/mirrorlist?repo=rawhide&arch=$basearch
`,
  // What it takes to build it from another distribution.
  'cloud.toml': `name = "cloud"
version = "1"
distro = "sample"
kickstart = "cloud.ks"
[[overrides]]
remove = ["qemu-guest-agent", "repository:fedora", "repository:kickstart-url"]
replace = ["system.selinux"]
reason = "The sample distribution has no agent, no policy, and its own repositories."
[packages]
install = ["glibc-langpack-en"]
[system]
selinux = "disabled"
[boot]
loader = "systemd-boot"
[disk]
size = "3GiB"
[[outputs]]
format = "qcow2"
`,
};
