import { describe, expect, it } from 'vitest';
import { checkKickstart, interpretKickstart, loadKickstart } from '../../../src/kickstart/index.ts';
import { resolveInclude } from '../../../src/kickstart/syntax/include.ts';
import { load } from './support.ts';

describe('resolvePath', () => {
  it.each([
    ['a.ks', 'b.ks', 'b.ks'],
    ['/k/l10n/a.ks', '../b.ks', '/k/b.ks'],
    ['k/a.ks', './x//b.ks', 'k/x/b.ks'],
    ['a.ks', '../b.ks', '../b.ks'],
    ['/a.ks', '../b.ks', '/../b.ks'],
    ['/k/a.ks', '/tmp/b.ks', '/tmp/b.ks'],
    ['/k/a.ks', 'https://h/b.ks', 'https://h/b.ks'],
  ])('%s includes %s: %s', (from, target, path) => {
    expect(resolveInclude(from, target)).toBe(path);
  });
});

describe('includes', () => {
  it('bring commands, sections and lines of a section, each with its own place', async () => {
    const file = await load({
      'a.ks': '%include sub/b.ks\n%packages --nocore\n%include c.ks\nvim\n%end\n',
      'sub/b.ks': 'lang C.UTF-8\n%include d.ks\n',
      'sub/d.ks': 'timezone --utc UTC\n',
      'c.ks': '# list\nnano\n',
    });
    const { value, placeOf, problems } = interpretKickstart(file);
    expect(problems).toEqual([]);
    expect(value.system).toMatchObject({ locale: 'C.UTF-8', timezone: 'UTC' });
    expect(value.packages?.install).toEqual(['nano', 'vim']);
    expect(placeOf(['system', 'timezone'])).toEqual({ file: 'sub/d.ks', line: 1, column: 1 });
    expect(placeOf(['packages', 'install', 0])).toEqual({ file: 'c.ks', line: 2, column: 1 });
    expect(placeOf(['packages', 'install', 1])).toEqual({ file: 'a.ks', line: 4, column: 1 });
  });

  it('that are missing are refused, and --include gives them', async () => {
    const files = { 'a.ks': '%include /tmp/parts.ks\n', 'mine.ks': 'part / --grow\n' };
    const without = checkKickstart(await load(files));
    expect(without.verdicts[0]).toMatchObject({
      decision: 'refused',
      reason: 'there is no file /tmp/parts.ks',
      instead: 'Give a file for it by --include /tmp/parts.ks=FILE.',
    });
    const report = checkKickstart(await load(files, { '/tmp/parts.ks': 'mine.ks' }));
    expect(report.honoured).toBe(true);
    expect(report.verdicts.map(({ place, decision }) => [place.file, decision])).toEqual([
      ['a.ks', 'applied'],
      ['mine.ks', 'applied'],
    ]);
  });

  it('that hold themselves, go too deep or are URLs are refused', async () => {
    const cycle = checkKickstart(await load({ 'a.ks': '%include b.ks\n', 'b.ks': '%include a.ks\n' }));
    expect(cycle.verdicts.at(-1)).toMatchObject({ place: { file: 'b.ks' }, reason: 'a.ks includes itself' });
    const url = checkKickstart(await load({ 'a.ks': '%ksappend http://h/b.ks\n' }));
    expect(url.verdicts[0]?.reason).toContain('is a URL');
    const deep = await loadKickstart('0.ks', '%include 1.ks\n', {
      read: (path) => `%include ${Number.parseInt(path, 10) + 1}.ks\n`,
    });
    expect(checkKickstart(deep).verdicts.at(-1)?.reason).toBe('includes are nested too deeply');
  });

  it('are bounded in number, however they branch', async () => {
    let reads = 0;
    const twice = '%include x.ks\n%include x.ks\n';
    await loadKickstart('a.ks', twice, {
      read: (path) => {
        reads += 1;
        return twice.replaceAll('x.ks', `${path}x`);
      },
    });
    expect(reads).toBeLessThan(1000);
  });

  it('have each line once, with the worse verdict, when they come twice', async () => {
    const file = await load({ 'a.ks': '%include b.ks\n%packages --nocore\n%include b.ks\n%end\n', 'b.ks': 'vim\n' });
    const { verdicts } = checkKickstart(file);
    expect(verdicts.filter(({ place }) => place.file === 'b.ks')).toMatchObject([{ decision: 'refused' }]);
  });
});
