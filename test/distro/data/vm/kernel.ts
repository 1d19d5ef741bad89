import type { Row } from '../../row.ts';

/** Families that no image here needs: desktops, radios, sensors, laboratory devices. Left out of every package. */
const dropped = [
  'sound', 'drivers/{media,staging,bluetooth,iio,comedi,accel,nfc,soundwire,leds,counter,gnss,greybus,parport,isdn}',
  'drivers/net/{wireless,can,ieee802154,wwan,plip,arcnet,hamradio}',
  'net/{bluetooth,mac80211,wireless,nfc,mac802154,ieee802154,6lowpan,can,ax25,netrom,rose,rfkill}',
  'drivers/gpu/drm/{amd,i915,xe,nouveau,radeon,gma500,mgag200,ast,vmwgfx,nova,panthor,imagination,gud,udl,xen,bridge}',
] as const;

/** Hardware of real machines and rare file systems: `kernel-modules`. What remains is `kernel-core`. */
const rest = [
  'fs/{9p,adfs,affs,afs,befs,bfs,ceph,coda,dlm,ecryptfs,efs,f2fs,freevxfs,gfs2,hfs,hfsplus,hpfs,jffs2,jfs,minix,nfsd,nilfs2}/**',
  'fs/{ntfs3,ocfs2,omfs,orangefs,qnx4,qnx6,romfs,sysv,ubifs,ufs,zonefs}/**',
  'drivers/{edac,hwmon,infiniband,mtd,platform,ssb,bcma,thunderbolt,memstick,pcmcia,firewire,w1,power,extcon,gpio,spi}/**',
  'drivers/{mfd,regulator,pwm,iommu,fpga,ntb,slimbus,rapidio,siox,most,mux,phy,pinctrl,usb/serial,usb/gadget,usb/misc}/**',
  'drivers/net/ethernet/{3com,8390,adaptec,agere,alacritech,alteon,amd,aquantia,asix,atheros,broadcom,brocade,cavium}/**',
  'drivers/net/ethernet/{chelsio,cisco,dec,dlink,emulex,engleder,fealnx,fujitsu,fungible,huawei,marvell,meta,micrel}/**',
  'drivers/net/ethernet/{microchip,myricom,natsemi,neterion,netronome,nvidia,oki-semi,packetengines,pensando,qlogic}/**',
  'drivers/net/ethernet/{rdc,samsung,sfc,silan,sis,smsc,stmicro,sun,synopsys,tehuti,ti,via,wangxun,wiznet,xircom}/**',
  'drivers/net/{usb,fddi,wan,dsa,slip,ppp,pcs,thunderbolt}/**',
  'drivers/scsi/{a100u2w,advansys,aic7xxx,aic94xx,arcmsr,be2iscsi,bfa,bnx2fc,bnx2i,csiostor,cxgbi,elx,esas2r,fnic,hisi_sas}/**',
  'drivers/scsi/{isci,lpfc,megaraid,mpi3mr,mpt3sas,mvsas,pm8001,qedf,qedi,qla2xxx,qla4xxx,smartpqi,snic,sym53c8xx_2}/**',
  'drivers/watchdog/**', 'net/{sctp,rds,tipc,batman-adv,atm,appletalk,ceph,smc,dccp,lapb,x25,phonet,openvswitch}/**',
] as const;

/** Fedora's scriptlets: modules are indexed, then kernel-install puts the kernel where the boot loader finds it. */
const addKernel = (uname: string): string => `/usr/bin/kernel-install add ${uname} /lib/modules/${uname}/vmlinuz || exit $?`;

/** The packages of one kernel; `uname` is what `uname -r` says when it runs, and ends Debian's package names. */
export function kernelRows(uname: string): readonly Row[] {
  const folder = `usr/lib/modules/${uname}`;
  const modules = `linux-modules-${uname}`;
  const license = 'GPL-2.0-only WITH Linux-syscall-note';
  const provides = (name: string) => [`${name}-uname-r = ${uname}`, `installonlypkg(kernel${name === 'kernel-core' ? '' : '-module'})`];
  return [
    {
      name: 'kernel-core', license, from: [`linux-binary-${uname}`, modules, `linux-base-${uname}`],
      remove: [
        ...dropped.map((glob) => `${folder}/kernel/${glob}/**`),
        // The links to one copyright file that lies in another package of Debian's.
        `usr/share/doc/linux-{binary,modules}-${uname}`,
      ],
      provides: [...provides('kernel-core'), `kernel-uname-r = ${uname}`, 'kernel-modules-core = {evr}', `kernel-modules-core-uname-r = ${uname}`],
      requires: ['kmod', 'systemd-udev'],
      recommends: ['dracut'],
      add: [
        ...['alias', 'alias.bin', 'builtin.alias.bin', 'builtin.bin', 'dep', 'dep.bin', 'devname', 'softdep', 'symbols', 'symbols.bin', 'weakdep']
          .map((name) => ({ path: `${folder}/modules.${name}`, ghost: true as const })),
        { path: `boot/vmlinuz-${uname}`, ghost: true, mode: 0o600 },
        { path: `boot/initramfs-${uname}.img`, ghost: true, mode: 0o600 },
      ],
      scripts: {
        posttrans: addKernel(uname),
        preun: `/usr/bin/kernel-install remove ${uname} || exit $?`,
      },
    },
    {
      name: 'kernel-modules', license,
      from: [{ deb: modules, only: rest.map((glob) => `${folder}/kernel/${glob}`) }],
      summary: 'Kernel modules for real machines and rare file systems',
      requires: ['kernel-core = {evr}'], provides: provides('kernel-modules'),
      remove: dropped.map((glob) => `${folder}/kernel/${glob}/**`),
      scripts: { post: `/usr/sbin/depmod -a ${uname}`, postun: `[ ! -d /lib/modules/${uname}/kernel ] || /usr/sbin/depmod -a ${uname}` },
    },
    {
      name: 'kernel', license, from: [{ deb: `linux-image-${uname}`, only: [] }],
      summary: 'The Linux kernel', description: 'Brings the kernel and its modules.',
      requires: ['kernel-core = {evr}', 'kernel-modules = {evr}'],
    },
  ];
}
