import type { Plan, Target } from '../plan/types.ts';

/** Values of the variables that addresses of repositories and keys may hold, by name. */
export type RepositoryVariables = Readonly<Record<string, string>>;

/**
 * The variables of a target: those that dnf5 knows by itself, those of the distribution, and hew's own `cachedir` where
 * the cache folder is given. https://dnf5.readthedocs.io/en/latest/dnf5.conf-vars.5.html
 */
export function repositoryVariables(
  { distribution: { releasever, vars } }: Pick<Plan, 'distribution'>, target: Pick<Target, 'arch' | 'vars'>, cachedir?: string,
): RepositoryVariables {
  const [, major = releasever, minor = ''] = /^([^.]*)\.(.*)$/.exec(releasever) ?? [];
  return {
    arch: target.arch,
    basearch: target.arch,
    ...vars,
    releasever,
    releasever_major: major,
    releasever_minor: minor,
    ...(cachedir === undefined ? {} : { cachedir }),
    ...target.vars,
  };
}

/** Replaces `$name` and `${name}`; a variable without a value stays as it is written, as it does in dnf5. */
export const expandVariables = (text: string, variables: RepositoryVariables): string =>
  text.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (all: string, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? '';
    return Object.hasOwn(variables, name) ? variables[name] ?? all : all;
  });
