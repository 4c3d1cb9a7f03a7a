import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.ts';
import { showCampaign } from './campaign.show.ts';
import type { CommandLine } from './command-line.ts';
import { LiveView } from './live-view.ts';
import { SimulatedSides } from './simulated-sides.ts';
import { ViewLogger } from './view.logger.ts';

/** Runs the app between the two simulators, with a campaign to look at. True where everything is accounted for. */
export async function runSimulated(commandLine: CommandLine, interrupted: AbortSignal, out: NodeJS.WriteStream = process.stdout): Promise<boolean> {
  const say = (text: string): void => void out.write(`${text}\n`);
  const { transport, port, once } = commandLine;
  const sides = new SimulatedSides(commandLine);
  await sides.start();
  const view = new LiveView(out);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(sides.bridgeOptions()), new FastifyAdapter(), {
    logger: new ViewLogger(view),
  });
  try {
    await app.listen(port, '127.0.0.1');
    const url = await app.getUrl();
    sides.connect(url);
    say(`The bridge listens on ${url}/whatsapp, between a simulated CleverTap and a simulated AiSensy (transport ${transport}).\n`);
    const { table, isGood } = await showCampaign(app, sides, view, commandLine, interrupted);
    say(`\n${table}\n\n${isGood ? 'Every message is accounted for.' : 'NOT every message is accounted for.'}`);
    if (!once && !interrupted.aborted) {
      say('The app stays up until Ctrl-C.');
      await new Promise((resolve) => interrupted.addEventListener('abort', resolve));
    }
    return isGood;
  } finally {
    await app.close();
    await sides.stop();
  }
}
