import { execFile } from 'node:child_process';

export interface CommandOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** When to end a program that does not end by itself, in milliseconds; never. */
  timeout?: number;
}

/** Runs a program to its end and gives its standard output; what it printed is in the error where it fails. */
export function run(program: string, args: string[], options: CommandOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { ...options, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${[program, ...args].join(' ')} failed (${error.code ?? error.signal}):\n${stdout}\n${stderr}`));
    });
  });
}
