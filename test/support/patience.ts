/**
 * Kernel argument: an emulated guest on a busy machine may take longer to find a disk than the 90 seconds after which
 * systemd gives up. https://www.freedesktop.org/software/systemd/man/latest/systemd-system.conf.html#DefaultDeviceTimeoutSec=
 */
export const PATIENCE = 'systemd.default_device_timeout_sec=600';
