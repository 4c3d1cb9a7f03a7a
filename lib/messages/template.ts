/**
 * A part of a template in Meta's own form ("Message templates", components), which is the one form that all sides speak: AiSensy's
 * Direct API answers it, CleverTap's import wants it. What the bridge does not look at is carried along as it came.
 */
export interface TemplateComponent {
  /** In upper case: `HEADER`, `BODY`, `FOOTER`, `BUTTONS`, `LIMITED_TIME_OFFER`, `CAROUSEL`, or whatever Meta thinks of next. */
  type: string;
  /** Of a header: `TEXT`, `IMAGE`, `VIDEO`, `DOCUMENT`, `LOCATION`. */
  format?: string;
  /** With its variables: `Hi {{1}}`. */
  text?: string;
  /** Of `BUTTONS`. */
  buttons?: TemplateButtonForm[];
  /** Of a `CAROUSEL`. */
  cards?: { components: TemplateComponent[] }[];
  limited_time_offer?: { has_expiration?: boolean; [more: string]: unknown };
  [more: string]: unknown;
}

/** A button of a template, in Meta's form. */
export interface TemplateButtonForm {
  /** In upper case: `URL`, `PHONE_NUMBER`, `QUICK_REPLY`, `COPY_CODE`… */
  type: string;
  /** Its label. */
  text?: string;
  /** Of a `URL` button; may end in a variable. */
  url?: string;
  [more: string]: unknown;
}

/** A template as AiSensy has it approved: what may be sent, and what a message of it must bring along. */
export interface Template {
  id: string;
  name: string;
  /** Meta's code: `en_US`. */
  language: string;
  /** `MARKETING`, `UTILITY`, `AUTHENTICATION`. */
  category: string;
  /** Whether its variables are numbers or names. */
  parameterFormat: 'POSITIONAL' | 'NAMED';
  /** How long WhatsApp tries to deliver a message of it, in seconds. */
  sendTtlSeconds?: number;
  previousCategory?: string;
  /** None where the row tells no more than that there is such a template. */
  components: TemplateComponent[];
  /** Where there may be more than the components tell: AiSensy's own form of a row leaves things out. Meta's form tells all. */
  mayHaveMore?: readonly ('header' | 'buttons' | 'cards')[];
}

/** What the variables of a header and a body are called, in the order of their values. */
export interface CardVariableNames {
  header: readonly string[];
  body: readonly string[];
}

/** What a template's named variables are called. Those of links have no names. */
export interface VariableNames extends CardVariableNames {
  /** Of a carousel's cards, in order. */
  cards: readonly CardVariableNames[];
}

const VARIABLE = /\{\{\s*([^{}]+?)\s*\}\}/g;

/** The variables of a text, in the order in which they first stand there: one that stands twice takes one value. */
export function variablesIn(text: string | undefined): string[] {
  return [...new Set(Array.from((text ?? '').matchAll(VARIABLE), ([, name]) => name!))];
}

/** Whether a variable is none of `{{1}}`, `{{2}}`… */
export function isVariableName(variable: string): boolean {
  return !/^\d+$/.test(variable);
}

/** Another spelling of Meta's language code as Meta writes it: CleverTap's `en(UK)` is `en_GB`, `en-us` is `en_US`. */
export function languageCode(written: string): string {
  const [, language = '', region = ''] = /^\s*([a-z]{2,3})(?:\s*[-_(]\s*([a-z]{2,4})\s*\)?)?\s*$/i.exec(written) ?? [];
  if (language === '') return written.trim();
  if (region === '') return language.toLowerCase();
  const code = region.toUpperCase();
  return `${language.toLowerCase()}_${code === 'UK' ? 'GB' : code}`;
}
