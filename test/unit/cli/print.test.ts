import { describe, expect, it } from 'vitest';

import { formatBytes, formatSeconds, formatTable } from '../../../src/cli/format.ts';
import { describeError, reportError } from '../../../src/cli/print-error.ts';
import { lineProgress } from '../../../src/cli/progress.ts';
import { DefinitionError, ToolError } from '../../../src/errors.ts';
import { stages } from '../../../src/events.ts';

describe('format', () => {
  it.each([[0, '0 B'], [1, '1 B'], [1023, '1023 B'], [1024, '1.00 KiB'], [1536, '1.50 KiB'], [31.4 * 2 ** 20, '31.4 MiB'], [5 * 2 ** 30, '5.00 GiB'], [1000 * 1024, '1000 KiB'], [2 ** 50, '1024 TiB']])(
    '%i bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text),
  );
  it.each([[0.416, '0.42 s'], [9.99, '9.99 s'], [12.34, '12.3 s']])('%d seconds are %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));
  it('columns are as wide as their widest cell, without blanks at the end', () => {
    expect(formatTable([['a', 'b', ''], ['long', '', 'c']])).toBe('a     b\nlong     c');
    expect(formatTable([])).toBe('');
  });
});

describe('errors', () => {
  const wrong = new DefinitionError([
    { code: 'a', message: 'first', place: { file: 'x.toml', line: 3, column: 1 }, hint: 'one\ntwo' },
    { code: 'b', message: 'second' },
  ]);
  it('are told with place and hint, all of them', () => {
    expect(describeError(wrong)).toBe('x.toml:3:1: error: first\n  one\n  two\nerror: second');
    expect(reportError(wrong)).toEqual({ error: { code: 'a', message: 'first\nsecond', problems: wrong.problems } });
  });
  it('of a tool carry the command to run by hand', () => {
    const failed = new ToolError({ code: 'tool-failed', message: 'dnf5 ended' }, { commandLine: "dnf5 'a b'", stdout: '', stderr: '', status: 1 });
    expect(describeError(failed)).toBe("error: dnf5 ended\n  command: dnf5 'a b'");
    expect(reportError(failed).error.command).toBe("dnf5 'a b'");
  });
  it('that are no HewError are defects', () => {
    expect(describeError(new TypeError('oops'))).toContain('This is a defect of hew');
    expect(reportError('oops')).toEqual({ error: { code: 'defect', message: 'oops', problems: [{ code: 'defect', message: 'oops' }] } });
  });
});

describe('progress', () => {
  it('has a line where a stage begins and one where it ends', async () => {
    const printed: string[] = [];
    const { emit, close } = lineProgress((line) => printed.push(line));
    const times = [1, 3.5, 4, 4];
    const timings = new Map<string, number>();
    const staged = stages(() => times.shift() ?? 0, emit, timings);
    emit({ kind: 'planned', title: 'work', stages: [] });
    expect(await staged({ id: 'a', title: 'first' }, async (detail) => { detail('half'); detail('all'); return 7; })).toBe(7);
    emit({ kind: 'notice', message: 'a check is off' });
    await expect(staged({ id: 'b', title: 'second' }, async () => { throw new Error('no'); })).rejects.toThrow('no');
    await close();
    expect(printed).toEqual(['work', '- first …', '- first, 2.50 s, all', '! a check is off', '- second …']);
    expect(Object.fromEntries(timings)).toEqual({ a: 2.5 });
  });
});
