import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.ts';
import { showCampaign } from './campaign.show.ts';
import { type CommandLine, readCommandLine, USAGE } from './command-line.ts';
import { LiveView } from './live-view.ts';
import { SimulatedSides } from './simulated-sides.ts';
import { ViewLogger } from './view.logger.ts';

/** The app as it runs in production: everything from the environment. */
async function runReal({ port }: CommandLine): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(), new FastifyAdapter());
  // SIGTERM: what is in flight is finished before the process ends.
  app.enableShutdownHooks();
  await app.listen(port, '0.0.0.0');
}

/** The app between the two simulators, with a campaign to look at. True where everything is accounted for. */
async function runSimulated(commandLine: CommandLine): Promise<boolean> {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());

  const sides = new SimulatedSides();
  await sides.start();
  const view = new LiveView();
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(sides.bridgeOptions()), new FastifyAdapter(), {
    logger: new ViewLogger(view),
  });
  try {
    await app.listen(commandLine.port, '127.0.0.1');
    const url = await app.getUrl();
    sides.connect(url);
    say(`The bridge listens on ${url}/whatsapp, between a simulated CleverTap and a simulated AiSensy.\n`);
    const { table, isGood } = await showCampaign(app, sides, view, commandLine, interrupted.signal);
    say(`\n${table}\n\n${isGood ? 'Every message is accounted for.' : 'NOT every message is accounted for.'}`);
    if (!commandLine.once && !interrupted.signal.aborted) {
      say('The app stays up until Ctrl-C.');
      await new Promise((resolve) => interrupted.signal.addEventListener('abort', resolve));
    }
    return isGood;
  } finally {
    await app.close();
    await sides.stop();
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
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
else process.exitCode = (await runSimulated(commandLine)) ? 0 : 1;
