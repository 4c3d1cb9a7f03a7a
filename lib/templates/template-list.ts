import type { TemplateContent } from '../messages/outbound-message.ts';
import { languageCode, type Template } from '../messages/template.ts';
import { misfit, needsOf, type TemplateNeeds } from './template-needs.ts';

/** Names are up to 512 characters long, and what comes in a message may be longer still. */
const LONGEST_NAME = 100;

/** An account's approved templates as they were at one time. */
export class TemplateList {
  /** By name and language, so that pages keep their order. */
  readonly templates: readonly Template[];
  /** When AiSensy was asked for them, in milliseconds since 1970. */
  readonly askedAt: number;
  /** Which reading it came of, counted from 1: tells lists apart that were asked for in one millisecond. */
  readonly reading: number;
  private readonly names = new Map<string, Map<string, TemplateNeeds>>();

  constructor(templates: readonly Template[], askedAt: number, reading = 1) {
    this.templates = templates.toSorted((a, b) => compare(a.name, b.name) || compare(a.language, b.language));
    this.askedAt = askedAt;
    this.reading = reading;
    for (const template of this.templates) {
      const languages = this.names.get(template.name) ?? new Map<string, TemplateNeeds>();
      this.names.set(template.name, languages.set(languageCode(template.language), needsOf(template)));
    }
  }

  /**
   * Why WhatsApp would not send a message, in words for a marketer; nothing where nothing is wrong with it. An empty list finds nothing
   * wrong: an account that sends templates has some, so it is the list that must be wrong.
   */
  problemOf(content: TemplateContent): string | undefined {
    if (this.templates.length === 0) return undefined;
    const name = content.name.slice(0, LONGEST_NAME);
    const languages = this.names.get(content.name);
    if (languages === undefined) return `Template ${name} is none of AiSensy's approved ones`;
    // A message that names no language means the only one there is.
    const language = content.language === '' && languages.size === 1 ? [...languages.keys()][0]! : languageCode(content.language);
    const needs = languages.get(language);
    if (needs === undefined) return `Template ${name} is not approved in ${language.slice(0, LONGEST_NAME)}, but in ${[...languages.keys()].join(', ')}`;
    const why = misfit(needs, content);
    return why === undefined ? undefined : `Template ${name} (${language}): ${why}`;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
