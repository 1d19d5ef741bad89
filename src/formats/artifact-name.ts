import type { Plan } from '../plan/types.ts';
import type { Output } from './rows.ts';

/** Name of an artifact without its ending. */
export const artifactName = (plan: Plan, output: Pick<Output, 'file-name'>, levels: readonly string[]): string =>
  `${output['file-name'] ?? `${plan.image.name}-${plan.image.version}`}${levelSuffix(levels)}`;

/** A level above the baseline is part of the name, because it decides where the image runs. Several levels are named inside. */
export function levelSuffix(levels: readonly string[]): string {
  const [level] = levels;
  return levels.length !== 1 || level === undefined || level === 'baseline' ? '' : `-${level}`;
}
