import type { TemplateContent } from '../messages/outbound-message.ts';
import type { VariableNames } from '../messages/template.ts';
import { AiSensyTransport, type TransportSetup, type WrittenRequest } from './aisensy.transport.ts';
import { writeMetaMessage } from './meta-message.writer.ts';
import type { TransportMessage } from './transport.ts';

/**
 * What an account's template calls its variables: nothing where they are numbers, or where nobody knows. Later only while the account's
 * first list of templates is being read; the answer never rejects.
 */
export type FindVariableNames = (template: TemplateContent) => VariableNames | undefined | Promise<VariableNames | undefined>;

/** What the Direct and the Project API have in common: messages in Meta's form, and Meta's own errors. */
export abstract class MetaTransport<Settings extends { endpoint: string; timeoutMs: number }> extends AiSensyTransport<Settings> {
  protected override readonly passesMetaOn = true;

  constructor(setup: TransportSetup<Settings>, private readonly findNames: FindVariableNames) {
    super(setup);
  }

  /** Of every message. */
  protected abstract get headers(): WrittenRequest['headers'];

  /** At once, but for a template whose names are awaited. */
  protected write({ msgId, to, content }: TransportMessage): WrittenRequest | Promise<WrittenRequest> {
    const written = (names?: VariableNames): WrittenRequest => ({ headers: this.headers, body: writeMetaMessage({ msgId, to, content }, names) });
    const names = content.type === 'template' ? this.findNames(content) : undefined;
    return names instanceof Promise ? names.then(written) : written(names);
  }
}
