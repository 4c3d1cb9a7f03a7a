import type { FreeformContent, TemplateButton, TemplateCard, TemplateContent, TemplateHeader, TemplateValues } from '../messages/outbound-message.ts';

// What `send()` takes: the bridge's own form of a message, in which a host may leave out what has nothing to say.

type TextHeader = Extract<TemplateHeader, { type: 'text' }>;

/** A header of a template; a text's `parameters` are its values, none by default. */
export type HeaderDraft = Exclude<TemplateHeader, TextHeader> | (Omit<TextHeader, 'parameters'> & { parameters?: string[] });

/** A card of a carousel. */
export interface CardDraft extends Omit<TemplateCard, 'header' | 'body' | 'buttons'> {
  header?: HeaderDraft;
  /** `text`: the body with its values filled in; `parameters`: the values alone, in order, none by default; `parameterNames`: see `TemplateValues`. */
  body?: { text?: string } & Partial<TemplateValues>;
  /** In the order of the message; only those that take a value need be named. None by default. */
  buttons?: TemplateButton[];
}

/** An approved template with this message's values: `{ type: 'template', name, language }`, and the parts that take values. */
export interface TemplateDraft extends CardDraft, Omit<TemplateContent, keyof TemplateCard | 'carousel' | 'customProps'> {
  carousel?: CardDraft[];
  /** Come back to the host's listeners; not shown to the person. None by default. */
  customProps?: Record<string, string>;
}

/** What a host asks to send: a template, or a free message. */
export type MessageDraft = TemplateDraft | FreeformContent;
