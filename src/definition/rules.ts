import { formatPlace, type Place, type Problem } from '../errors.ts';
import { diskRules } from './rules/disk.ts';
import { fileRules } from './rules/files.ts';
import { filesystemRules } from './rules/filesystems.ts';
import { imageRules } from './rules/image.ts';
import { networkRules } from './rules/network.ts';
import { packageRules } from './rules/packages.ts';
import { repositoryProblems } from './rules/repositories.ts';
import type { Candidate, DefinitionRule } from './rules/rule.ts';
import { secretRules } from './rules/secrets.ts';
import { systemRules } from './rules/system.ts';
import type { Path } from './types.ts';

/** Every rule beyond types, one row each. */
export const DEFINITION_RULES: readonly DefinitionRule[] = [
  ...imageRules, ...packageRules, ...systemRules, ...networkRules, ...secretRules, ...fileRules, ...diskRules, ...filesystemRules,
];

/** Problems of a merged definition. `isWhole` is false if a file could not be read to its end. */
export const ruleProblems = (
  definition: Candidate, placeOf: (path: Path) => Place, isWhole: boolean,
): readonly Problem[] => [
  ...DEFINITION_RULES.filter(({ ofAbsence }) => isWhole || ofAbsence !== true).flatMap(({ id, find }) =>
    find(definition).map(({ path, message, hint, other }): Problem => {
      const against = other === undefined ? '' : ` (${other.says} at ${formatPlace(placeOf(other.path))})`;
      return { code: id, message: `${message}${against}`, place: placeOf(path), hint };
    })),
  ...repositoryProblems(definition.repositories, ['repositories'], { placeOf }),
];
