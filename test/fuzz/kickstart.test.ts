import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkKickstart, parse, print } from '../../src/kickstart/index.ts';
import { splitLines } from '../../src/kickstart/syntax/lines.ts';
import { processorTime } from '../support/processor-time.ts';

const PIECES = [
  '%packages',
  '%post',
  '%pre --erroronfail',
  '%addon com_redhat_kdump --enable',
  '%end',
  '%include a.ks',
  '%ksappend x',
  '%foo',
  '%certificate --dir=/a --filename=b',
  'part / --size=100 --grow',
  'part swap',
  'rootpw "',
  'user --name=a --password b',
  'network --ip=1.2.3.4 --netmask=9',
  'repo --name=a --baseurl=b',
  'timezone',
  'lang ${x}',
  '{{ a',
  '@core',
  '@^env',
  '-@x',
  'parted',
  'services --enable=a',
  '--',
  '-',
  '\\',
  '"',
  "'",
  '#',
  ' ',
  '\t',
  '\n',
  '\r\n',
  '\r',
  '$',
  '@@',
  '%',
  'é',
  '\u0000',
  '\uFEFF',
];

const kickstart = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 6 }), fc.constant('\n')), { maxLength: 60 })
  .map((parts) => parts.join(''));

const covered = (text: string): { readonly printed: string; readonly lines: readonly number[] } => {
  const file = parse(text, { path: 'a.ks' });
  const lines = checkKickstart(file).verdicts.flatMap(({ place, lines }) =>
    Array.from({ length: lines }, (_, index) => place.line + index),
  );
  return { printed: print(file), lines };
};

const whole = (text: string): ReturnType<typeof covered> => ({
  printed: text,
  lines: splitLines(text).map(({ number }) => number),
});

describe('any text', () => {
  it('is printed back as it was and has one verdict on every line', () => {
    fc.assert(
      fc.property(kickstart, (text) => {
        expect(covered(text)).toEqual(whole(text));
      }),
      { numRuns: 1500 },
    );
  });

  it('is printed back when it is nothing like a kickstart file', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(text, (any) => {
        expect(covered(any)).toEqual(whole(any));
      }),
      { numRuns: 500 },
    );
  });
});

const milliseconds = (work: () => void): number => {
  return Math.min(...[1, 2, 3].map(() => processorTime(work)));
};

const BLOCK = [
  '# note',
  'lang en_US.UTF-8',
  'part /a --fstype="ext4" --size 10 # x',
  'repo --name=a --baseurl=http://h/$basearch',
  '%packages --nocore',
  'vim',
  '-nano*',
  '%end',
  '%post',
  'echo %x',
];
const large = `${Array.from({ length: 1000 }, () => [...BLOCK, '%end'].join('\n')).join('\n')}\n`;

describe('time', () => {
  // It takes about 20 ms on a small virtual machine; the promise is 100 ms.
  it('parses 11,000 lines in less than 100 ms', () => {
    expect(milliseconds(() => parse(large, { path: 'a.ks' }))).toBeLessThan(100);
  });

  it.each<readonly [string, (size: number) => string]>([
    ['continuations', (size) => 'a \\\n'.repeat(size)],
    ['one long word', (size) => 'a'.repeat(size * 4)],
    ['open quotes', (size) => 'x "a\n'.repeat(size)],
    ['unknown sections', (size) => '%foo\n'.repeat(size)],
    ['section headers', (size) => '%post\n'.repeat(size)],
    ['open placeholders', (size) => `lang ${'{{ ${ @@ <% '.repeat(size)}`],
    [
      'packages',
      (size) => `%packages\n${Array.from({ length: size }, (_, index) => `p${index}\n-q${index}\n`).join('')}%end\n`,
    ],
    ['directives of a template', (size) => `#end if\n#if ${' '.repeat(size)}\n${'#for a in b\n'.repeat(size)}#set${' ('.repeat(size)}\n`],
    ['variables', (size) => `url --url=http://${'$a$b/'.repeat(size)}\n`],
    ['users', (size) => Array.from({ length: size }, (_, index) => `user --name=u${index} --uid=${2000 + index}\n`).join('')],
    ['partitions', (size) => Array.from({ length: size }, (_, index) => `part /m${index} --size=10 --fstype=ext4\n`).join('')],
    ['repositories', (size) => Array.from({ length: size }, (_, index) => `repo --name=r${index} --baseurl=https://h/${index}\n`).join('')],
    ['blanks', (size) => ' '.repeat(size * 4)],
    ['carriage returns', (size) => '\r'.repeat(size * 4)],
  ])('is linear: %s', (_, make) => {
    const run = (size: number): number => {
      const text = make(size);
      return milliseconds(() => checkKickstart(parse(text, { path: 'a.ks' })));
    };
    run(500);
    // Eight times the text: 8 if linear, 64 if quadratic. The constant keeps tiny times from deciding.
    expect(run(8000)).toBeLessThan(20 * (run(1000) + 10));
  });
});
