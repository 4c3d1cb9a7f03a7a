import type { TemplateContent } from '../messages/outbound-message.ts';
import { languageCode, type Template, type VariableNames } from '../messages/template.ts';
import { misfit, needsOf, type TemplateNeeds } from './template-needs.ts';
import { variableNames } from './variable-names.ts';

/** Names are up to 512 characters long, and what comes in a message may be longer still. */
const LONGEST_NAME = 100;

/** An account's approved templates as they were at one time. */
export class TemplateList {
  /** Those whose parts are known, by name and language, so that pages keep their order. */
  readonly templates: readonly Template[];
  /** When AiSensy was asked for them, in milliseconds since 1970. */
  readonly askedAt: number;
  /** Which reading it came of, counted from 1: tells lists apart that were asked for in one millisecond. */
  readonly reading: number;
  /** By name and language; `undefined` for a template of which no more is known than that it is there. */
  private readonly needs = new Map<string, Map<string, TemplateNeeds | undefined>>();
  /** Apart from the needs and of the templates that name their variables alone: mostly empty, and asked for each message that is written. */
  private readonly variables = new Map<string, Map<string, VariableNames>>();

  constructor(templates: readonly Template[], askedAt: number, reading = 1) {
    const inOrder = templates.toSorted((a, b) => compare(a.name, b.name) || compare(a.language, b.language));
    this.templates = inOrder.filter(isTold);
    this.askedAt = askedAt;
    this.reading = reading;
    for (const template of inOrder) {
      const { name } = template;
      const language = languageCode(template.language);
      put(this.needs, name, language, isTold(template) ? needsOf(template) : undefined);
      const names = variableNames(template);
      if (names !== undefined) put(this.variables, name, language, names);
    }
  }

  /** What the variables of a message's template are called; nothing where they are numbers, or the template is not in the list. */
  variableNamesOf({ name, language }: TemplateContent): VariableNames | undefined {
    return this.variables.get(name)?.get(languageCode(language));
  }

  /**
   * Why WhatsApp would not send a message, in words for a marketer; nothing where nothing is wrong with it. An empty list finds nothing
   * wrong: an account that sends templates has some, so it is the list that must be wrong.
   */
  problemOf(content: TemplateContent): string | undefined {
    if (this.needs.size === 0) return undefined;
    const name = content.name.slice(0, LONGEST_NAME);
    const languages = this.needs.get(content.name);
    if (languages === undefined) return `Template ${name} is none of AiSensy's approved ones`;
    // A message that names no language means the only one there is.
    const language = content.language === '' && languages.size === 1 ? [...languages.keys()][0]! : languageCode(content.language);
    if (!languages.has(language)) return `Template ${name} is not approved in ${language.slice(0, LONGEST_NAME)}, but in ${[...languages.keys()].join(', ')}`;
    const needs = languages.get(language);
    const why = needs && misfit(needs, content);
    return why === undefined ? undefined : `Template ${name} (${language}): ${why}`;
  }
}

function isTold({ components }: Template): boolean {
  return components.length > 0;
}

function put<T>(into: Map<string, Map<string, T>>, name: string, language: string, value: T): void {
  const languages = into.get(name) ?? new Map<string, T>();
  into.set(name, languages.set(language, value));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
