import { describe, expect, it } from 'vitest';

import { CancelledError } from '../../src/errors.ts';
import { node, openGraph, ref, type Node } from '../../src/graph.ts';

const [A, B, C, D] = [ref<number>('a'), ref<number>('b'), ref<number>('c'), ref<string>('d')];

const host = { checkpoint: async () => {} };

/** A promise to be kept by the test. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('a graph', () => {
  it('hands each node the values of its inputs, one or a list', async () => {
    const graph = openGraph(host, [
      node(D, { both: [A, B], third: C }, ({ both, third }) => `${both.join('+')}=${third}`),
      node(C, { a: A, b: B }, ({ a, b }) => a + b),
      node(A, {}, () => 1),
      node(B, { a: A }, async ({ a }) => a + 1),
    ]);
    expect(await graph.make({ all: D, second: B })).toEqual({ all: '1+2=3', second: 2 });
  });

  it('makes what is wanted and what that needs, each once', async () => {
    const made: string[] = [];
    const count = (name: string, value: number) => () => {
      made.push(name);
      return value;
    };
    const graph = openGraph(host, [node(A, {}, count('a', 1)), node(B, { a: A }, count('b', 2)), node(C, { a: A, b: B }, count('c', 3))]);
    expect(await graph.make({ b: B })).toEqual({ b: 2 });
    expect(made).toEqual(['a', 'b']);
    const told: string[] = [];
    expect(await graph.make({ a: A, c: C }, (name) => told.push(name))).toEqual({ a: 1, c: 3 });
    expect([made, told]).toEqual([['a', 'b', 'c'], ['c']]);
  });

  it('starts a node when its own inputs are there, whatever else still runs', async () => {
    const [slow, fast] = [gate(), gate()];
    const graph = openGraph(host, [
      node(A, {}, () => slow.opened.then(() => 1)),
      node(B, {}, () => 2),
      node(C, { b: B }, () => {
        fast.open();
        return 3;
      }),
    ]);
    const made = graph.make({ a: A, c: C });
    await fast.opened;
    slow.open();
    expect(await made).toEqual({ a: 1, c: 3 });
  });

  it('starts nothing after a failure, and throws it when what runs has ended', async () => {
    const ended: string[] = [];
    const [slow, failed] = [gate(), gate()];
    const graph = openGraph(host, [
      node(A, {}, async () => {
        await slow.opened;
        ended.push('a');
        return 1;
      }),
      node(B, {}, async () => {
        failed.open();
        throw new Error('no room');
      }),
      node(C, { a: A }, () => {
        ended.push('c');
        return 3;
      }),
      node(D, { b: B, c: C }, () => 'never'),
    ]);
    const made = graph.make({ d: D });
    await failed.opened;
    await Promise.resolve();
    slow.open();
    await expect(made).rejects.toThrow('no room');
    expect(ended).toEqual(['a']);
    await expect(graph.make({ c: C })).rejects.toThrow('no room');
  });

  it('is cancelled between two nodes', async () => {
    let cancelled = false;
    const checkpoint = async (): Promise<void> => {
      if (cancelled) throw new CancelledError();
    };
    const graph = openGraph({ checkpoint }, [
      node(A, {}, () => {
        cancelled = true;
        return 1;
      }),
      node(B, { a: A }, () => 2),
    ]);
    await expect(graph.make({ b: B })).rejects.toThrow(CancelledError);
  });
});

describe('a graph that cannot be', () => {
  const nothing = (): never => {
    throw new Error('runs');
  };
  it.each<[string, readonly Node[], string]>([
    ['a cycle', [node(A, { d: D }, nothing), node(B, { a: A }, nothing), node(D, { list: [B] }, nothing)], 'a cycle: a needs d needs b needs a'],
    ['an unknown input', [node(A, { b: B }, nothing)], 'a needs b, which no node makes'],
    ['a name used twice', [node(A, {}, nothing), node(A, {}, nothing)], 'two nodes make a'],
  ])('is refused before anything runs: %s', (_, nodes, message) => {
    expect(() => openGraph(host, nodes)).toThrow(message);
  });
  it('makes nothing of which it has no node', async () => {
    await expect(openGraph(host, []).make({ a: A })).rejects.toThrow('no node makes a');
  });
});
