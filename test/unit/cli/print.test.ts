import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { formatBytes, formatSeconds, formatTable } from '../../../src/cli/format.ts';
import { describeError, reportError } from '../../../src/cli/print-error.ts';
import { printDocument, printJson, printLines } from '../../../src/cli/printer.ts';
import { lineProgress } from '../../../src/cli/progress.ts';
import { DefinitionError, HewError, ToolError } from '../../../src/errors.ts';
import { stages } from '../../../src/events.ts';
import { quoteCommand } from '../../../src/host/quote.ts';
import { CHECKOUT } from '../../support/checkout.ts';

describe('format', () => {
  it.each([[0, '0 B'], [1, '1 B'], [1023, '1023 B'], [1024, '1.00 KiB'], [1536, '1.50 KiB'], [31.4 * 2 ** 20, '31.4 MiB'], [5 * 2 ** 30, '5.00 GiB'], [1000 * 1024, '1000 KiB'], [2 ** 50, '1024 TiB']])(
    '%i bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text),
  );
  it.each([[0.416, '0.42 s'], [9.99, '9.99 s'], [12.34, '12.3 s']])('%d seconds are %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));
  it('columns are as wide as their widest cell, without blanks at the end', () => {
    expect(formatTable([['a', 'b', ''], ['long', '', 'c']])).toEqual(['a     b', 'long     c']);
    expect(formatTable([])).toEqual([]);
  });
});

describe('errors', () => {
  const wrong = new DefinitionError([
    { code: 'wrong-type', message: 'first', place: { file: 'x.toml', line: 3, column: 1 }, hint: 'one\ntwo' },
    { code: 'wrong-value', message: 'second' },
  ]);
  it('are told with place and hint, all of them', () => {
    expect(describeError(wrong)).toEqual(['x.toml:3:1: error: first', '  one', '  two', 'error: second']);
    expect(reportError(wrong)).toEqual({ error: { code: 'wrong-type', message: 'first\nsecond', problems: wrong.problems } });
  });
  it('of a tool carry the command to run by hand', () => {
    const failed = new ToolError({ code: 'tool-failed', message: 'dnf5 ended' }, { commandLine: "dnf5 'a b'", stdout: '', stderr: '', status: 1 });
    expect(describeError(failed)).toEqual(['error: dnf5 ended', "  command: dnf5 'a b'"]);
    expect(reportError(failed).error.command).toBe("dnf5 'a b'");
  });
  it('that are no HewError are defects', () => {
    expect(describeError(new TypeError('oops')).join('\n')).toContain('This is a bug in hew');
    expect(reportError('oops')).toEqual({ error: { code: 'defect', message: 'oops', problems: [{ code: 'defect', message: 'oops' }] } });
  });
});

/** A title of the window, a cleared screen, C1, a line of its own, a text that runs backwards, what nobody sees. */
const HOSTILE = '\u001b]0;owned\u0007\u001b[2J\u009b2J\u007f\r\npassed\u2028\u202egnp.exe\u2066\u200b\ufeff\u{e0041}\u3164';
const ESCAPED = '\\x1b]0;owned\\x07\\x1b[2J\\u009b2J\\x7f\\r\\npassed\\u2028\\u202egnp.exe\\u2066\\u200b\\ufeff\\U000e0041\\u3164';

/** What a terminal, or a pipe, is sent. */
function sent(print: (to: { isTTY: boolean; write: (text: string) => boolean }) => void, isTTY = true): string {
  const texts: string[] = [];
  print({ isTTY, write: (text) => texts.push(text) > 0 });
  return texts.join('');
}

describe('what is printed', () => {
  it.each([true, false])('steers no terminal and adds no line (terminal: %s)', (isTTY) => {
    expect(sent((to) => printLines([HOSTILE, 'två → 漢字 ✔'], to), isTTY)).toBe(`${ESCAPED}\ntvå → 漢字 ✔\n`);
  });

  it('is escaped before columns are measured', () => {
    expect(formatTable([['\u202e', 'a'], ['xx', 'b\nc']])).toEqual(['\\u202e  a', 'xx      b\\nc']);
  });

  it('as an error has no line that a message made', () => {
    expect(sent((to) => printLines(describeError(new HewError({ code: 'wrong-type', message: 'x\nerror: y', place: { file: 'a\nb', line: 1 }, hint: '\u001b[2J\nerror: z' })), to)))
      .toBe('a\\nb:1: error: x\\nerror: y\n  \\x1b[2J\n  error: z\n');
  });

  it('as JSON is the value that it was', () => {
    const text = sent((to) => printJson({ [HOSTILE]: [HOSTILE] }, to));
    expect(JSON.parse(text)).toEqual({ [HOSTILE]: [HOSTILE] });
    expect(text.replaceAll('\n', '')).toMatch(/^[\x20-\x7e]*$/);
  });

  it('as a document is the very text, but on a terminal', () => {
    expect(sent((to) => printDocument(`\ta\n${HOSTILE}\n`, to), false)).toBe(`\ta\n${HOSTILE}\n`);
    expect(sent((to) => printDocument(`\ta\n${HOSTILE}\n`, to))).toBe(`\ta\n${ESCAPED.replace('\\n', '\n')}\n`);
  });

  it('as a command is one line, which a shell takes apart into the very words again', () => {
    const words = ['a b', "it's", '\\n', `${HOSTILE}'\\`];
    const line = quoteCommand(['printf', '%s\\0', ...words]);
    expect(sent((to) => printLines([line], to))).toBe(`${line}\n`);
    expect(execFileSync('bash', ['-c', line], { encoding: 'utf8', env: { LC_ALL: 'C.UTF-8' } }).split('\0').slice(0, -1)).toEqual(words);
  });

  // The linter refuses the console.
  it('passes the printer: nothing else writes to the terminal', () => {
    const writes = /\bprocess\.std(?:out|err)\.write|\bthis\.(?:log|logToStderr|warn)\(|\bux\./;
    const sources = readdirSync(join(CHECKOUT, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.filter((name) => writes.test(readFileSync(join(CHECKOUT, 'src', name), 'utf8')))).toEqual([]);
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
