/** What starts by itself, as in Fedora's cloud editions; everything else waits to be enabled by name. */
export const systemPreset = [
  'enable auditd.service', 'enable audit-rules.service', 'enable chronyd.service', 'enable crond.service',
  'enable cloud-init-main.service', 'enable cloud-init-local.service', 'enable cloud-init-network.service',
  'enable cloud-config.service', 'enable cloud-final.service', 'enable cloud-init-hotplugd.socket',
  'enable dbus-broker.service', 'enable dbus.socket', 'enable dm-event.socket', 'enable firewalld.service',
  'enable fstrim.timer', 'enable getty@.service', 'enable hypervkvpd.service', 'enable hypervvssd.service',
  'enable hypervfcopyd.service', 'enable irqbalance.service', 'enable logrotate.timer',
  'enable lvm2-monitor.service', 'enable lvm2-lvmpolld.socket', 'enable man-db.timer', 'enable remote-fs.target',
  'enable sshd.service', 'enable systemd-network-generator.service', 'enable systemd-networkd.service',
  'enable systemd-networkd-wait-online.service', 'enable systemd-resolved.service',
  'enable systemd-journald-audit.socket', 'enable systemd-pstore.service', 'enable systemd-oomd.service',
  'enable waagent.service', '',
].join('\n');
