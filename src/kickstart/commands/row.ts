/** What hew does with a command or an option. */
export type Disposition = 'applied' | 'ignored' | 'refused';

export interface OptionRow {
  /** First the current spelling, then aliases. */
  readonly names: readonly string[];
  readonly takes: 'nothing' | 'text' | 'list' | 'integer' | 'boolean';
  readonly deprecated: boolean;
  readonly disposition: Disposition;
  /** Why it is ignored or refused. */
  readonly note?: string;
  /** What to write instead of a refused option. */
  readonly instead?: string;
}

/**
 * What a command asks of its options together, as the `parse` method of its class in pykickstart does. Names are
 * separated by spaces; `WORD` stands for what is written beside the options.
 */
export interface OptionRules {
  /** Each must be given, and not empty. */
  readonly needs?: string;
  /** One of these at least must be given. */
  readonly needsOne?: string;
  /** Of each group at most one may be given. */
  readonly excludes?: readonly string[];
  /** Options that only count beside another. */
  readonly beside?: Readonly<Record<string, string>>;
  /** The values that an option takes. */
  readonly choices?: Readonly<Record<string, string>>;
  /** May be left out, but not empty. */
  readonly filled?: string;
}

export interface CommandRow {
  /** First the current name, then aliases. */
  readonly names: readonly string[];
  readonly disposition: Disposition;
  /** How it is applied, why it is ignored, or why it is refused. One sentence without its full stop. */
  readonly note: string;
  readonly instead?: string;
  /** pykickstart warns of it or no longer knows it. */
  readonly deprecated: boolean;
  readonly options: readonly OptionRow[];
  /** How many words may stand beside the options. */
  readonly words: { readonly minimum: number; readonly maximum: number };
  /** Everything after the command is passed on as it stands; options are not parsed. */
  readonly verbatim: boolean;
  /** What its options ask of each other. */
  readonly rules: OptionRules;
}

export interface RowExtras {
  /**
   * Options, separated by spaces: `--flag`, `--text=`, `--list=,`, `--number=#`, `--switch=?`; `--new|--old=` gives an
   * alias, a `!` at the end marks a deprecated one.
   */
  readonly options?: string;
  readonly words?: readonly [minimum: number, maximum: number];
  readonly deprecated?: boolean;
  readonly verbatim?: boolean;
  readonly rules?: OptionRules;
  /** Options that hew accepts and does nothing for, with the reason. */
  readonly ignore?: Readonly<Record<string, string>>;
  /** Options that hew refuses: reason, and what to write instead. */
  readonly refuse?: Readonly<Record<string, readonly [reason: string, instead: string]>>;
}

/** Names are separated by spaces, the current one first. */
export const applied = (names: string, how: string, extras: RowExtras = {}): CommandRow =>
  row(names, 'applied', how, extras);

export const ignored = (names: string, why: string, extras: RowExtras = {}): CommandRow =>
  row(names, 'ignored', why, extras);

export const refused = (names: string, reason: string, instead: string, extras: RowExtras = {}): CommandRow => ({
  ...row(names, 'refused', reason, extras),
  instead,
});

const row = (names: string, disposition: Disposition, note: string, extras: RowExtras): CommandRow => {
  const [minimum, maximum] = extras.words ?? [0, 0];
  return {
    names: names.split(' '),
    disposition,
    note,
    deprecated: extras.deprecated ?? false,
    options: parseOptions(extras),
    words: { minimum, maximum },
    verbatim: extras.verbatim ?? false,
    rules: extras.rules ?? {},
  };
};

const TAKES: Readonly<Record<string, OptionRow['takes']>> = {
  '': 'nothing',
  '=': 'text',
  '=,': 'list',
  '=#': 'integer',
  '=?': 'boolean',
};

/** Reads the notation of `RowExtras.options`; sections use it too. */
export const parseOptions = ({ options = '', ignore = {}, refuse = {} }: RowExtras): readonly OptionRow[] =>
  options
    .split(/\s+/)
    .filter(Boolean)
    .map((word): OptionRow => {
      const [, spelled = '', value = '', mark = ''] = /^([^=!]+)(=[,#?]?)?(!)?$/.exec(word) ?? [];
      const takes = TAKES[value];
      const names = spelled.split('|');
      if (takes === undefined || names[0] === undefined) throw new TypeError(`bad option row: ${word}`);
      const base = { names, takes, deprecated: mark === '!' };
      const refusal = refuse[names[0]];
      if (refusal !== undefined) return { ...base, disposition: 'refused', note: refusal[0], instead: refusal[1] };
      const reason = ignore[names[0]];
      return reason === undefined
        ? { ...base, disposition: 'applied' }
        : { ...base, disposition: 'ignored', note: reason };
    });
