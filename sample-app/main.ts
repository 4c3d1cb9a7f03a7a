import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.ts';
import { type CommandLine, readCommandLine, USAGE } from './command-line.ts';
import { runSimulated } from './simulated-run.ts';

/** The app as it runs in production: everything from the environment. */
async function runReal({ port }: CommandLine): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(), new FastifyAdapter());
  // SIGTERM: what is in flight is finished before the process ends.
  app.enableShutdownHooks();
  await app.listen(port, '0.0.0.0');
}

/** Ends with Ctrl-C, and when the process is told to end. */
function interruption(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  return interrupted.signal;
}

/** The command line, or `undefined` where it could not be understood. */
function commandLineOf(args: string[]): CommandLine | undefined {
  try {
    return readCommandLine(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    return undefined;
  }
}

const commandLine = commandLineOf(process.argv.slice(2));
if (commandLine === undefined) process.exitCode = 1;
else if (commandLine.real) await runReal(commandLine);
else process.exitCode = (await runSimulated(commandLine, interruption())) ? 0 : 1;
