import type { LoggerService } from '@nestjs/common';
import type { LiveView } from './live-view.ts';

/** Nest's warnings and errors, a line each above the live view; all else is kept quiet. */
export class ViewLogger implements LoggerService {
  private readonly view: LiveView;

  constructor(view: LiveView) {
    this.view = view;
  }

  log(): void {
    // The view says how it goes.
  }

  warn(message: unknown): void {
    this.say('warning', message);
  }

  error(message: unknown): void {
    this.say('error', message);
  }

  fatal(message: unknown): void {
    this.say('fatal', message);
  }

  private say(level: string, message: unknown): void {
    this.view.say(`  ${level}: ${message instanceof Error ? message.message : String(message)}`);
  }
}
