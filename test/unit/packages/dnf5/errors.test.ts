import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { HewError, ToolError } from '../../../../src/errors.ts';
import { asGroup, explainInstallFailure, readDnfFailure, unreachableRepositories, withoutExcludedMembers } from '../../../../src/packages/dnf5/errors.ts';

/** What dnf5 5.4.6 really printed, paths shortened. */
const output = (name: string): string => readFileSync(new URL(`output/${name}.txt`, import.meta.url), 'utf8');

const failure = (text: string): ToolError =>
  new ToolError({ code: 'tool-failed', message: 'dnf5 ended with status 1', hint: 'the last lines' }, { commandLine: 'dnf5', stdout: '', stderr: text, status: 1 });

describe('withoutExcludedMembers', () => {
  const problems = readDnfFailure(
    "No match for argument: qemu-agent\nArgument 'firewalld' matches only excluded packages.\nArgument 'vim' matches only excluded packages.\n",
  );
  const left = (install: readonly string[], of = problems): readonly string[] => withoutExcludedMembers(of, install).map(({ message }) => message);

  it('leaves out what only a group names, for it stops nothing', () => {
    expect(left(['@^server', 'qemu-agent', 'vim'])).toEqual([
      'no repository has a package `qemu-agent`', 'every build of `vim` in the repositories is excluded',
    ]);
    expect(left(['@^server'], problems.slice(1))).toHaveLength(2);
  });

  it('goes by what a problem is about and not by its words', () => {
    const reworded = problems.map((problem) => ({ ...problem, message: 'in other words' }));
    expect(withoutExcludedMembers(reworded, ['@^server', 'qemu-agent', 'vim']).map(({ subject }) => subject?.name)).toEqual(['qemu-agent', 'vim']);
  });
});

describe('readDnfFailure', () => {
  it('names every package that no repository has', () => {
    expect(readDnfFailure(output('missing-packages'))).toEqual([
      { code: 'package-not-found', message: 'no repository has a package `bsah`', subject: { kind: 'package', name: 'bsah' } },
      { code: 'package-not-found', message: 'no repository has a package `test-godo`', subject: { kind: 'package', name: 'test-godo' } },
    ]);
  });

  it("keeps libsolv's reason of a conflict and drops dnf5's advice", () => {
    expect(readDnfFailure(output('conflict'))).toEqual([{
      code: 'conflict',
      message: 'these packages cannot be installed together: package nano-default-editor-4.0-2.sample.noarch from sample-base conflicts ' +
        'with system-default-editor provided by vim-default-editor-4.0-2.sample.noarch from sample-base',
    }]);
  });

  it('keeps the lines that belong to a problem, once each', () => {
    const [problem] = readDnfFailure(`Failed to resolve the transaction:
Problem 1: package a-1-1.x86_64 from r requires b, but none of the providers can be installed
  - package b-1-1.x86_64 from r requires c, but none of the providers can be installed
  - conflicting requests
  - nothing provides d needed by c-1-1.x86_64 from r
 Problem 2: package e-1-1.x86_64 from r requires c, but none of the providers can be installed
  - nothing provides d needed by c-1-1.x86_64 from r
You can try to add to command line:
  --skip-broken to skip uninstallable packages
`);
    expect(problem?.message).toBe('these packages cannot be installed together: package a-1-1.x86_64 from r requires b, but none of the providers can be installed');
    expect(problem?.hint?.split('\n')).toEqual([
      '- package b-1-1.x86_64 from r requires c, but none of the providers can be installed',
      '- nothing provides d needed by c-1-1.x86_64 from r',
      'Problem 2: package e-1-1.x86_64 from r requires c, but none of the providers can be installed',
    ]);
  });

  it('tells a wrong key from a server that is down', () => {
    expect(readDnfFailure(output('wrong-key')).map(({ code }) => code)).toEqual(['signature']);
    const down = readDnfFailure(`>>> Curl error (7): Could not connect to server for http://127.0.0.1:9/repodata/repomd.xml
>>> Usable URL not found
Failed to download metadata (baseurl: "http://127.0.0.1:9") for repository "base": Usable URL not found
`);
    expect(down.map(({ code }) => code)).toEqual(['repository-unreachable']);
    expect(down[0]?.hint).toContain('Could not connect to server');
    const reworded = down.map((problem) => ({ ...problem, message: 'in other words' }));
    expect(unreachableRepositories(new HewError(reworded))).toEqual([{ id: 'base', reason: 'Usable URL not found' }]);
  });

  it('says of a damaged package what is wrong with it', () => {
    const [problem, ...others] = readDnfFailure(output('truncated-package'));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'package-not-fetched', message: expect.stringContaining('test-good-1-1.noarch.rpm') as string });
    expect(problem?.hint).toContain("checksum doesn't match");
    expect(problem?.hint).not.toContain('No more mirrors');
  });

  it.each(['write error: No space left on device', 'installing package bash-5.3-2.x86_64 needs 7MB more space on the / filesystem'])('knows a full disk: %s', (line) => {
    expect(readDnfFailure(`Transaction failed\n  - ${line}\n`).map(({ code }) => code)).toEqual(['disk-full']);
  });

  it('knows a full package cache, and a connection that broke', () => {
    const said = (why: string): string => `Failed to download packages\n Librepo error: ${why}\n`;
    expect(readDnfFailure(said('Curl error (23): Failed writing received data to disk/application for file:///r/a.rpm')).map(({ code }) => code)).toEqual(['disk-full']);
    expect(readDnfFailure(said('Curl error (56): Failure when receiving data from the peer')).map(({ code }) => code)).toEqual(['package-not-fetched']);
  });

  it.each(['GPG verification is enabled, but GPG signature is not available.', 'repomd.xml GPG signature verification error: gpgme_op_verify() error: No data'])(
    'points where nobody signed the metadata to the setting for it: %s', (why) => {
      const problems = readDnfFailure(`Failed to download metadata (baseurl: "http://127.0.0.1:9") for repository "el8": ${why}\n`);
      expect(problems.map(({ code, message }) => [code, message])).toEqual([['signature', `the metadata of repository el8 bears no signature: ${why}`]]);
      expect(problems[0]?.hint).toContain('`repo_gpgcheck = false` with a `reason`');
    },
  );

  it('passes over what dnf5 says of module streams in an empty root', () => {
    expect(readDnfFailure(`Failed to resolve the transaction:
Modular dependency problems with the defaults:
Problem: conflicting requests
  - nothing provides module(platform:el9) needed by module nginx:1.22:1:abcd.x86_64
Problem: conflicting requests
  - nothing provides b needed by a-1-1.noarch from mod
`)).toEqual([{ code: 'conflict', message: 'these packages cannot be installed together: conflicting requests', hint: '- nothing provides b needed by a-1-1.noarch from mod' }]);
  });

  it('names a group as it was asked for', () => {
    const problems = readDnfFailure('No match for argument: server\nNo match for argument: bash\n').map((problem) => asGroup(problem, ['@server', 'bash']));
    expect(problems.map(({ message, subject }) => [message, subject?.name])).toEqual([
      ['no repository has a group `@server`', '@server'], ['no repository has a package `bash`', 'bash'],
    ]);
  });

  it('says nothing of what it does not know', () => {
    expect(readDnfFailure('Segmentation fault\n')).toEqual([]);
  });
});

describe('explainInstallFailure', () => {
  it('quotes a scriptlet that failed, with its own words', () => {
    const { problems } = explainInstallFailure(failure(output('failed-scriptlet')));
    expect(problems).toEqual([{
      code: 'install-failed',
      message: 'the packages could not be installed: %prein(test-scriptlet-1-1.noarch) scriptlet failed, exit status 3',
      hint: 'oh dear',
    }]);
  });

  it('names a file that two packages bring', () => {
    expect(explainInstallFailure(failure(output('file-conflict'))).message).toBe(
      'the packages could not be installed: file /usr/share/test/same conflicts between attempted installs of ' +
      'test-clash-a-1-1.noarch and test-clash-b-1-1.noarch',
    );
  });

  it('gives no lines as advice that say nothing of the failure', () => {
    const { problems } = explainInstallFailure(failure(`Failed to set locale, defaulting to "C"
Updating and loading repositories:
Warning: skipped OpenPGP checks for 23 packages
Transaction failed: Rpm transaction failed.
  - Warning: skipped OpenPGP checks for 23 packages
  - /a.rpm: Header V4 RSA/SHA256 Signature, key ID 1234: NOKEY
  - unpacking of archive failed on file /dev/x;1: cpio: mknod failed - No such file or directory
`));
    expect(problems[0]?.message).toContain('one of them brings a device node, which nothing in the sandbox may make');
    expect(problems[0]?.hint).not.toMatch(/NOKEY|skipped|locale/);
  });

  it('leaves what it does not know as it was', () => {
    const unknown = failure('Segmentation fault\n');
    expect(explainInstallFailure(unknown)).toBe(unknown);
  });
});
