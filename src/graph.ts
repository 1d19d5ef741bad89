import type { Host } from './host/port.ts';

/** The name of a value that a node makes; its type goes with it. */
export interface Ref<T> {
  readonly name: string;
  /** Never set. */
  readonly type?: T;
}

/** Names a value. What it is called is shown to people while it is made. */
export const ref = <T>(name: string): Ref<T> => ({ name });

/** Values that a node needs, each under the name that it has for them: one, or a list. */
export type Inputs = Readonly<Record<string, Ref<unknown> | readonly Ref<unknown>[]>>;

export type Values<I extends Inputs> = {
  readonly [K in keyof I]: I[K] extends Ref<infer T> ? T : I[K] extends readonly Ref<infer T>[] ? readonly T[] : never;
};

/** One value, what it is made of, and how. What must be done first is an input too, whether or not its value is used. */
export interface Node {
  readonly name: string;
  readonly inputs: Inputs;
  readonly make: (values: Values<Inputs>) => unknown;
}

/** A node. `make` sees the values of `inputs` and nothing else of the graph. */
export const node = <T, const I extends Inputs>(to: Ref<T>, inputs: I, make: (values: Values<I>) => T | Promise<T>): Node =>
  ({ name: to.name, inputs, make: make as Node['make'] });

export interface Graph {
  /**
   * Makes these values and whatever they need, each once: a node starts as soon as its inputs are there. After the first
   * failure, or a signal, no node starts; that failure is thrown when those that run have ended. `onMade` gets the name
   * of each value as it is made.
   */
  make<const I extends Inputs>(wanted: I, onMade?: (name: string) => void): Promise<Values<I>>;
}

/** A graph over these nodes; nothing is made yet. Throws `TypeError` for a cycle, an unknown input or a name used twice. */
export function openGraph(host: Pick<Host, 'checkpoint'>, nodes: readonly Node[]): Graph {
  const byName = indexNodes(nodes);
  const started = new Map<string, Promise<unknown>>();
  let failure: { readonly error: unknown } | undefined;
  const run = async ({ name, inputs, make }: Node, onMade: (name: string) => void): Promise<unknown> => {
    const values = await mapInputs(inputs, (input) => start(input, onMade));
    if (failure !== undefined) throw failure.error;
    try {
      await host.checkpoint();
      const value = await make(values);
      onMade(name);
      return value;
    } catch (error) {
      failure ??= { error };
      throw error;
    }
  };
  const start = (name: string, onMade: (name: string) => void): Promise<unknown> => {
    const known = started.get(name);
    if (known !== undefined) return known;
    const made = run(find(byName, name), onMade);
    started.set(name, made);
    return made;
  };
  return {
    make: async (wanted, onMade = () => {}) => {
      const values = mapInputs(wanted, (name) => start(name, onMade));
      await Promise.allSettled([values, ...started.values()]);
      if (failure !== undefined) throw failure.error;
      return values as Promise<Values<typeof wanted>>;
    },
  };
}

async function mapInputs(inputs: Inputs, valueOf: (name: string) => Promise<unknown>): Promise<Values<Inputs>> {
  const entries = Object.entries(inputs).map(async ([key, input]) =>
    [key, 'name' in input ? await valueOf(input.name) : await Promise.all(input.map(({ name }) => valueOf(name)))] as const);
  return Object.fromEntries(await Promise.all(entries)) as Values<Inputs>;
}

function indexNodes(nodes: readonly Node[]): ReadonlyMap<string, Node> {
  const byName = new Map(nodes.map((one) => [one.name, one]));
  const twice = nodes.find((one) => byName.get(one.name) !== one);
  if (twice !== undefined) throw new TypeError(`two nodes make ${twice.name}`);
  const done = new Set<string>();
  const visit = (one: Node, above: readonly string[]): void => {
    if (above.includes(one.name)) throw new TypeError(`a cycle: ${[...above.slice(above.indexOf(one.name)), one.name].join(' needs ')}`);
    if (done.has(one.name)) return;
    for (const name of inputNames(one)) {
      const input = byName.get(name);
      if (input === undefined) throw new TypeError(`${one.name} needs ${name}, which no node makes`);
      visit(input, [...above, one.name]);
    }
    done.add(one.name);
  };
  for (const one of nodes) visit(one, []);
  return byName;
}

/** Names of what a node needs. */
export const inputNames = ({ inputs }: Pick<Node, 'inputs'>): readonly string[] =>
  Object.values(inputs).flatMap((input) => ('name' in input ? [input.name] : input.map(({ name }) => name)));

function find(byName: ReadonlyMap<string, Node>, name: string): Node {
  const found = byName.get(name);
  if (found === undefined) throw new TypeError(`no node makes ${name}`);
  return found;
}
