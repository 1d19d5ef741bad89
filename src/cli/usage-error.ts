import { didYouMean } from '../definition/nearest.ts';
import { HewError, type Problem } from '../errors.ts';

/** What oclif reports for arguments that it cannot parse; `flags` are the unknown ones. */
export interface UsageFault {
  readonly message: string;
  readonly flags?: readonly string[];
}

/** Wrong usage of an existing command, in hew's own words where they say more. */
export function usageError(fault: UsageFault, command: string, flags: readonly string[]): HewError {
  const help = `see \`hew ${command} --help\``;
  const [unknown, ...others] = fault.flags ?? [];
  const [message = '', ...rest] = fault.message.replace(ON_REPEATED_FLAGS, '').split('\n').filter((line) => line !== SEE_HELP);
  const problem: Problem =
    unknown === undefined
      ? { code: 'usage', message, hint: [...rest, help].join('\n') }
      : {
          code: 'usage',
          message: `\`hew ${command}\` has no ${[unknown, ...others].join(' and no ')}`,
          hint: didYouMean(unknown, flags.map((flag) => `--${flag}`)) ?? help,
        };
  return new HewError(problem, { exitCode: 2 });
}

/** oclif's line, which does not name the command. */
const SEE_HELP = 'See more help with --help';

/** oclif's note on flags that may be repeated; it does not hold, since none of hew's takes several values at once. */
const ON_REPEATED_FLAGS = /\s*\n\s*Note: [^\n]* allow multiple values\.[\s\S]*?beginning of arguments\./;

/** Arguments that name no command. */
export function unknownCommand(words: readonly string[], commands: readonly string[]): HewError {
  const typed = words.filter((word) => !word.startsWith('-')).slice(0, 2);
  const [topic = ''] = typed;
  const isTopic = commands.some((command) => command.startsWith(`${topic} `));
  const name = isTopic ? typed.join(' ') : topic;
  const near = didYouMean(name, commands) ?? didYouMean(topic, commands);
  if (typed.length === 0) return new HewError({ code: 'usage', message: `hew has no ${words.join(' ')}`, hint: 'see `hew --help`' }, { exitCode: 2 });
  return new HewError({ code: 'usage', message: `there is no command \`${name}\``, hint: near ?? 'see `hew --help`' }, { exitCode: 2 });
}
