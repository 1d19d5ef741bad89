import { describe, expect, it } from 'vitest';

import { parseEnvironments } from '../../../../src/packages/dnf5/environments.ts';

describe('parseEnvironments', () => {
  it('reads the required groups of each environment', () => {
    const output = `Updating and loading repositories:
Repositories loaded.
Id                   : cloud-server-environment
Name                 : Cloud: Server
Description          : Two lines:
                     : the second
Required groups      : cloud-server
                     : core
Optional groups      : text-tools
                     : headless-management

Id                   : bare-environment
Name                 : Bare
Optional groups      : text-tools

No matches found for "nope".
`;
    expect([...parseEnvironments(output)]).toEqual([
      ['cloud-server-environment', ['cloud-server', 'core']],
      ['bare-environment', []],
    ]);
  });
});
