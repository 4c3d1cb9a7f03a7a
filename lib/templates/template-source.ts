import type { Template } from '../messages/template.ts';

/** Where an account's templates are read from. */
export interface TemplateSource {
  /** The approved ones, all of them. Rejects where they cannot be had, with an error whose text may be shown. */
  load(): Promise<Template[]>;
}

/** The sources, by account number; none for an account that has none. */
export const TEMPLATE_SOURCES = Symbol.for('nestjs-whatsapp-bridge:template-sources');
