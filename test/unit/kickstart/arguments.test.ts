import { describe, expect, it } from 'vitest';
import { readArguments } from '../../../src/kickstart/syntax/arguments.ts';
import { parseOptions } from '../../../src/kickstart/commands/row.ts';

const options = parseOptions({
  options: '--enabled=, --fstype= --fsoptions= --size=# --grow --onboot=? --log|--logfile=',
});
const read = (words: readonly string[], maximum = 1) => readArguments(words, options, { minimum: 0, maximum });

describe('readArguments', () => {
  it('takes --a=b and --a b, and the last of several', () => {
    const args = read(['--fstype=xfs', '--size', '5', '/', '--fstype', 'ext4', '--grow']);
    expect(args.words).toEqual(['/']);
    expect(args.text('--fstype')).toBe('ext4');
    expect(args.integer('--size')).toBe(5);
    expect(args.has('--grow')).toBe(true);
    expect(args.problems).toEqual([]);
  });

  it('takes unambiguous abbreviations and aliases', () => {
    expect(read(['--enable=a']).list('--enabled')).toEqual(['a']);
    expect(read(['--logfile=/x']).text('--log')).toBe('/x');
    expect(read(['--fs=x']).problems[0]?.message).toBe('--fs could be any of --fstype, --fsoptions');
  });

  it('cuts lists at commas, and knows yes and no', () => {
    expect(read(['--enabled= a, ,b ']).list('--enabled')).toEqual(['a', 'b']);
    expect(read(['--onboot=ON']).boolean('--onboot')).toBe(true);
    expect(read(['--onboot=0']).boolean('--onboot')).toBe(false);
    expect(read(['--onboot=maybe']).problems).toHaveLength(1);
  });

  it('does not take an option for a value, but takes negative numbers and what holds a space', () => {
    expect(read(['--fstype', '--grow']).problems[0]?.message).toBe('--fstype needs a value');
    expect(read(['--size', '-5']).integer('--size')).toBe(-5);
    expect(read(['--fstype', '-a b']).text('--fstype')).toBe('-a b');
    expect(read(['--fstype']).problems).toHaveLength(1);
  });

  it('tells what it does not know, with what may have been meant', () => {
    expect(read(['--growe']).problems[0]).toEqual({
      message: 'there is no option --growe',
      hint: 'did you mean `--grow`?',
    });
    expect(read(['--grow=1']).problems[0]?.message).toBe('--grow takes no value');
    expect(read(['a', 'b']).problems[0]?.message).toBe('nothing is known of "b"');
    expect(readArguments([], [], { minimum: 1, maximum: 1 }).problems[0]?.message).toBe('it needs a value');
    expect(read(['--size=x']).problems[0]?.message).toBe('--size needs a whole number, not "x"');
  });

  it('takes everything after -- as words', () => {
    expect(read(['--', '--grow'], 9).words).toEqual(['--grow']);
  });
});
