import { isFile, type Files, fileNamed } from './files.ts';

/** A line of a unit file, `key` as systemd spells it. */
export interface UnitLine {
  readonly key: string;
  readonly value: string;
}

/** Assignments of a unit file; a backslash at the end of a line continues it: systemd.syntax(7). */
export const unitLines = (text: string): readonly UnitLine[] =>
  text.replaceAll(/\\\n/g, ' ').split('\n').flatMap((line) => {
    const [, key, value] = /^\s*([A-Za-z]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [{ key, value }];
  });

/** Conditions that an image can answer, for paths that are not made at run time: systemd.unit(5), "Conditions and Asserts". */
const EXISTS: readonly string[] = ['PathExists', 'FileNotEmpty', 'FileIsExecutable'];
const MADE_LATER = /^\/(?:run|proc|sys|dev|tmp)(?:\/|$)/;
const CONDITION = /^(?:Condition|Assert)(\w+)$/;

interface Condition {
  readonly kind: string;
  readonly negated: boolean;
  readonly value: string;
}

const conditionIn = ({ key, value }: UnitLine): Condition | undefined => {
  const kind = CONDITION.exec(key)?.[1];
  const [, signs = '', rest = ''] = /^([|!\s]*)(.*)$/.exec(value) ?? [];
  return kind === undefined ? undefined : { kind, negated: signs.includes('!'), value: rest };
};

/** Paths that conditions of a unit look for. */
export const pathsInConditions = (text: string): readonly string[] => unitLines(text).flatMap((line) => {
  const condition = conditionIn(line);
  return condition !== undefined && EXISTS.includes(condition.kind) && condition.value.startsWith('/') ? [condition.value] : [];
});

/**
 * Why conditions keep a unit from starting, as far as the image shows; `parts` are its file and its drop-ins in the
 * order in which systemd reads them. A condition that only a running machine can answer counts as met in the unit's own
 * file, because its package knows why, but not in a drop-in.
 */
export function conditionFault(root: Files, parts: readonly { readonly path: string; readonly text: string; readonly isDropIn: boolean }[]): string | undefined {
  let faults: string[] = [];
  for (const { path, text, isDropIn } of parts) {
    for (const line of unitLines(text)) {
      const condition = conditionIn(line);
      if (condition === undefined) continue;
      // An empty value resets all conditions before it.
      if (line.value === '') faults = [];
      else if (!holds(root, condition, isDropIn)) faults.push(`${path} has ${line.key}=${line.value}`);
    }
  }
  return faults[0];
}

function holds(root: Files, { kind, negated, value }: Condition, isDropIn: boolean): boolean {
  if (!EXISTS.includes(kind) || MADE_LATER.test(value)) return negated || !isDropIn;
  const file = fileNamed(root, value);
  const exists = file !== undefined && (kind === 'FileNotEmpty' ? isFile(file) : file.kind !== 'symlink' || file.leadsTo !== undefined);
  return exists !== negated;
}
