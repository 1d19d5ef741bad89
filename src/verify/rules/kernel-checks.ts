import type { KernelFacts } from '../boot-facts.ts';
import type { ImageFacts } from '../facts.ts';
import { commandLines, valuesOf, type CommandLine } from '../read/command-line.ts';
import { fail, judge, listed, notApplicable, of, type Finding } from './rule.ts';
import { ISA } from '../../isa/rows.ts';

/** A check of every command line. `checkConsole` alone says that none was found. */
export const ofLines = (faultOf: (line: CommandLine, facts: ImageFacts) => string | undefined, good: string) => (facts: ImageFacts): Finding => {
  if (facts.disk === undefined) return notApplicable('it is no disk');
  const lines = commandLines(facts);
  if (lines.length === 0) return notApplicable(NO_LINE);
  return judge(lines.flatMap((line) => {
    const fault = faultOf(line, facts);
    return fault === undefined ? [] : [`${line.from} ${fault}`];
  }), good);
};

const NO_LINE = 'no boot entry was found, and so no command line';

/** Whether a value has a word among its parts: `ttyS0` in `ttyS0,115200n8`. */
export const startsAny = (values: readonly string[], name: string): boolean => values.some((value) => value.split(',').includes(name));

/** A check of the kernels that start: each must have every module, or one of each group, built in or in that place. */
export const ofModules = (groups: readonly (readonly string[])[], place: 'initrd' | 'anywhere') => of('root', ({ kernels }): Finding => {
  const started = kernels.filter(({ hasImage }) => hasImage);
  if (started.length === 0) return fail('there is no kernel');
  return judge(started.flatMap((kernel) => {
    const isBuiltin = groups.every((group) => group.some((name) => kernel.builtin.includes(name)));
    if (place === 'initrd' && kernel.initrd === undefined && !isBuiltin) {
      return [`the initrd of ${kernel.version} ${kernel.initrdProblem === undefined ? 'is missing' : `cannot be read: ${kernel.initrdProblem}`}`];
    }
    const missing = groups.filter((group) => !group.some((name) => has(kernel, name, place)));
    return missing.length === 0 ? [] : [`${kernel.version} lacks ${missing.map((group) => group.join(' or ')).join(', ')}`];
  }), listed(groups.map((group) => group.join(' or '))));
});

const has = ({ builtin, initrd, modules }: KernelFacts, name: string, place: 'initrd' | 'anywhere'): boolean =>
  builtin.includes(name) || initrd?.includes(name) === true || (place === 'anywhere' && modules.includes(name));

const writesToConsole = ofLines((line, { root }) => {
  const name = ISA[root?.architecture ?? 'x86_64'].console;
  return startsAny(valuesOf(line, 'console'), name) ? undefined : `lacks console=${name}`;
}, 'it does');

/** Whether every boot entry writes to the serial console, and there is one. */
export const checkConsole = (facts: ImageFacts): Finding =>
  (facts.disk !== undefined && commandLines(facts).length === 0 ? fail(NO_LINE) : writesToConsole(facts));
