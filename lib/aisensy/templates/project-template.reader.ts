import { fieldsOf, firstText, isObject, type JsonObject, listOrObject } from '../../messages/json-fields.ts';
import { isVariableName, type Template, type TemplateButtonForm, type TemplateComponent, variablesIn } from '../../messages/template.ts';
import { readMetaTemplate, readTemplate } from './meta-template.reader.ts';
import { passwordButtons } from './one-time-password.ts';

/** ` | [Track,https://…/{{2}}]`: how a row's text carries its buttons behind it, a quick reply without a value. */
const GLUED_BUTTON = /\s*\|\s*\[([^[\]]*)\]\s*$/;

/** A link or a number behind the title's comma; the title may hold commas of its own. */
const TITLE_AND_VALUE = /^(.*?),\s*((?:[a-z][a-z\d+.-]*:\/\/|www\.|\{\{|\+?\d).*)$/is;

const VARIABLE = /\{\{\s*[^{}]+?\s*\}\}/g;

/** A header's kind by the row's `type`; text is told by `header_text` instead. */
const HEADER_FORMATS: ReadonlyMap<string, string> = new Map([
  ['IMAGE', 'IMAGE'], ['VIDEO', 'VIDEO'], ['FILE', 'DOCUMENT'], ['DOCUMENT', 'DOCUMENT'], ['LOCATION', 'LOCATION'],
]);

/** What a row's `type` may say for the bridge to know whether there is a header, and whether there are cards. */
const KINDS: ReadonlySet<string> = new Set([...HEADER_FORMATS.keys(), 'TEXT', 'CAROUSEL']);

/** What stands for a value that nobody has given an example of. Meta knows no template with variables and without examples. */
const NO_EXAMPLE = 'Sample';

/**
 * Turns a row of AiSensy's Project API into Meta's form. Its text carries the buttons behind it; its sample text carries the
 * examples, in brackets; variables are counted through the text and the links, while Meta counts each link's own from one.
 * A row without a text tells no more than that there is such a template.
 */
export function readProjectTemplate(row: unknown): Template | undefined {
  const fields = fieldsOf(row);
  if (Array.isArray(fields.components)) return readMetaTemplate(fields);
  const read = readTemplate(fields, componentsOf(fields));
  return read && { ...read, mayHaveMore: KINDS.has(kindOf(fields)) ? ['buttons'] : ['buttons', 'header', 'cards'] };
}

function componentsOf(fields: JsonObject): TemplateComponent[] {
  const { body, glued } = takeApart(firstText(fields.text, fields.body) ?? '');
  if (body === '') return [];
  const told = buttonsOf(fields, glued);
  const buttons = isOneTimePassword(fields) ? passwordButtons(told) : told;
  return [
    ...headerOf(fields),
    bodyOf(body, takeApart(firstText(fields.sample_text, fields.sampleText) ?? '').body),
    ...footerOf(fields),
    ...(buttons.length > 0 ? [{ type: 'BUTTONS', buttons }] : []),
    // What stands on its cards such a row does not tell.
    ...(kindOf(fields) === 'CAROUSEL' ? [{ type: 'CAROUSEL' }] : []),
  ];
}

function isOneTimePassword({ category }: JsonObject): boolean {
  return firstText(category)?.trim().toUpperCase() === 'AUTHENTICATION';
}

interface GluedButton {
  title: string;
  value?: string;
}

function takeApart(text: string): { body: string; glued: GluedButton[] } {
  const glued: GluedButton[] = [];
  let body = text.trim();
  for (let match = GLUED_BUTTON.exec(body); match !== null; match = GLUED_BUTTON.exec(body)) {
    const [, title = match[1]!, value] = TITLE_AND_VALUE.exec(match[1]!) ?? [];
    glued.unshift({ title: title.replace(/,\s*$/, '').trim(), ...(value !== undefined && { value: value.trim() }) });
    body = body.slice(0, match.index);
  }
  return { body, glued };
}

function headerOf(fields: JsonObject): TemplateComponent[] {
  const format = HEADER_FORMATS.get(kindOf(fields));
  const text = firstText(fields.header_text, fields.headerText);
  if (format === undefined) return text === undefined ? [] : [textHeader(text)];
  const sample = firstText(fields.sample_media_url, fields.sampleMediaUrl, fields.media_url, fields.mediaUrl, fieldsOf(fields.media).url);
  return [{ type: 'HEADER', format, ...(sample !== undefined && { example: { header_handle: [sample] } }) }];
}

function kindOf({ type, header_type: headerType }: JsonObject): string {
  return firstText(type, headerType)?.trim().toUpperCase() ?? '';
}

function textHeader(text: string): TemplateComponent {
  const variables = variablesIn(text);
  if (variables.length === 0) return { type: 'HEADER', format: 'TEXT', text };
  const examples = variables.map(() => NO_EXAMPLE);
  return { type: 'HEADER', format: 'TEXT', text, example: namedExamples('header_text', variables, examples) ?? { header_text: examples } };
}

function bodyOf(text: string, sample: string): TemplateComponent {
  const variables = variablesIn(text);
  if (variables.length === 0) return { type: 'BODY', text };
  const told = examplesIn(text, sample);
  const examples = bracedIn(text).map((variable) => told.get(variable) ?? NO_EXAMPLE);
  return { type: 'BODY', text, example: namedExamples('body_text', variables, examples) ?? { body_text: [examples] } };
}

/** Meta's form of the examples where variables have names. */
function namedExamples(part: 'header_text' | 'body_text', variables: string[], examples: string[]): Record<string, unknown> | undefined {
  if (!variables.some(isVariableName)) return undefined;
  return { [`${part}_named_params`]: variables.map((name, place) => ({ param_name: name, example: examples[place] })) };
}

function footerOf(fields: JsonObject): TemplateComponent[] {
  const text = firstText(fields.footerText, fields.footer_text, fields.footer);
  return text === undefined ? [] : [{ type: 'FOOTER', text }];
}

/** Meta lists the kinds one after the other; so does AiSensy, whose links and calls stand apart from its quick replies. */
function buttonsOf(fields: JsonObject, glued: GluedButton[]): TemplateButtonForm[] {
  const actions = listOrObject(fields.call_to_action).filter(isObject);
  const replies = listOrObject(fields.quick_replies).map((reply) => firstText(reply, fieldsOf(reply).text, fieldsOf(reply).title)).filter((text) => text !== undefined);
  if (actions.length + replies.length === 0) return glued.map(gluedButton);
  return [...actions.flatMap(actionButton), ...replies.map((text) => ({ type: 'QUICK_REPLY', text }))];
}

function actionButton(action: JsonObject): TemplateButtonForm[] {
  const title = firstText(action.button_title, action.title, action.text);
  const value = firstText(action.button_value, action.value, action.url, action.phone_number);
  if (title === undefined) return [];
  const kind = (firstText(action.type) ?? '').toLowerCase().replace(/[^a-z]/g, '');
  if (/code|coupon/.test(kind)) return [{ type: 'COPY_CODE', text: title, ...(value !== undefined && { example: [value] }) }];
  if (value !== undefined && /phone|call/.test(kind)) return [{ type: 'PHONE_NUMBER', text: title, phone_number: value }];
  return [gluedButton({ title, value })];
}

/** Its value alone tells what it does. */
function gluedButton({ title, value }: GluedButton): TemplateButtonForm {
  if (value === undefined) return { type: 'QUICK_REPLY', text: title };
  if (/^\+?[\d\s()-]{5,20}$/.test(value)) return { type: 'PHONE_NUMBER', text: title, phone_number: value };
  const variables = bracedIn(value);
  if (variables.length === 0) return { type: 'URL', text: title, url: value };
  const own = (variable: string): string => `{{${variables.indexOf(variable) + 1}}}`;
  const url = value.replace(VARIABLE, own);
  return { type: 'URL', text: title, url, example: [value.replace(VARIABLE, NO_EXAMPLE)] };
}

/** The examples that a sample text holds in brackets, where it follows the text: `Hi {{1}}` and `Hi [Asha]`. */
function examplesIn(text: string, sample: string): Map<string, string> {
  const variables = Array.from(text.matchAll(VARIABLE), ([variable]) => variable);
  const bracketed = Array.from(sample.matchAll(/\[([^[\]]+)\]/g), ([, value]) => value!);
  return new Map(bracketed.length === variables.length ? variables.map((variable, place) => [variable, bracketed[place]!]) : []);
}

/** Each once, in order, with its braces. */
function bracedIn(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(VARIABLE), ([variable]) => variable))];
}
