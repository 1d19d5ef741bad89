import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Starts a program and resolves to its standard output. Rejects with its own words when it fails. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', ...options.env };
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: options.cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    const output: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
      });
    }
    child.stdin.on('error', () => {}).end(options.input ?? '');
    child.on('error', (cause) => reject(new Error(`${program} could not be started`, { cause })));
    child.on('close', (status, signal) => {
      if (status === 0) return resolve(output.stdout);
      const words = `${output.stderr}\n${output.stdout}`.trim().split('\n').slice(-30).join('\n');
      reject(new Error(`${program} ${args.join(' ').slice(0, 2000)}\nended with ${signal ?? status}:\n${words}`));
    });
  });
}
