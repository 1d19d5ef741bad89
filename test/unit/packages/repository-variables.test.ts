import { expect, it } from 'vitest';

import { expandVariables, repositoryVariables } from '../../../src/packages/repository-variables.ts';
import { makePlan, makeTarget } from './samples.ts';

const plan = makePlan();
const distribution = { ...plan.distribution, vars: { mirror: 'https://mirror.example', empty: '' } };
const target = { ...makeTarget('v3'), vars: { arch: 'x86_64_v3', basearch: 'x86_64' } };
const variables = repositoryVariables({ distribution }, target, '/cache');

it.each([
  ['https://x/KEY-$releasever-$basearch', 'https://x/KEY-4.0-x86_64'],
  ['$mirror/${arch}/os', 'https://mirror.example/x86_64_v3/os'],
  ['$cachedir/a/$cachedir/b', '/cache/a//cache/b'],
  ['el$releasever_major.$releasever_minor', 'el4.0'],
  ['${releasever}_x', '4.0_x'],
  ['a${empty}b', 'ab'],
  ['$unknown/${unknown}/$constructor/$', '$unknown/${unknown}/$constructor/$'],
])('%s becomes %s', (text, expanded) => {
  expect(expandVariables(text, variables)).toBe(expanded);
});

it('knows no cache folder where none is given, and takes a release without a point for the major version', () => {
  const known = repositoryVariables({ distribution: { ...distribution, releasever: '43' } }, target);
  expect(expandVariables('$cachedir/$releasever_major/$releasever_minor/', known)).toBe('$cachedir/43//');
});
