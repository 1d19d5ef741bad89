import type { Row } from '../row.ts';
import { bootRows } from './vm/boot.ts';
import { extraRows } from './vm/extra.ts';
import { libraryRows } from './vm/libraries.ts';
import { programRows } from './vm/programs.ts';
import { pythonRows } from './vm/python.ts';
import { serviceRows } from './vm/services.ts';
import { systemdRows } from './vm/systemd.ts';
import { workloadRows } from './vm/workloads.ts';

/** What a virtual machine has besides the container set and its kernel. */
export const vmRows: readonly Row[] = [
  ...libraryRows, ...programRows, ...pythonRows, ...systemdRows, ...serviceRows, ...bootRows, ...extraRows, ...workloadRows,
];
