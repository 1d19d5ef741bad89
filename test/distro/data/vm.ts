import type { Row } from '../row.ts';

/** What a virtual machine has besides the container set. */
export const vmRows: readonly Row[] = [
  {
    name: 'rpm-build', from: ['rpm'],
  },
  {
    name: 'rpm-build-libs', from: ['librpmbuild10'],
  },
  {
    name: 'dnf5-plugins',
    from: [{ deb: 'dnf5', only: ['usr/lib/x86_64-linux-gnu/dnf5/plugins/*.so', 'usr/share/dnf5/dnf5-plugins/**',
      'usr/share/dnf5/dnf5-plugins'] }],
    requires: ['dnf5 = {evr}', 'rpm-build-libs', 'json-c'],
    summary: 'Further commands of dnf5',
  },
  {
    name: 'libdnf5-plugin-appstream',
    from: [{
      deb: 'libdnf5-2',
      only: ['usr/lib/x86_64-linux-gnu/libdnf5/plugins/appstream.so', 'etc/dnf/libdnf5-plugins/appstream.conf'],
    }],
    requires: ['libdnf5 = {evr}', 'appstream'],
  },
];
