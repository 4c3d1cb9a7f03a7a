import { behaviours, type AnswerBehaviour } from '../behaviour.ts';
import { list, object, text, type Json } from './door.ts';

/** A variable that is no number. */
const NAMED_VARIABLE = /\{\{\s*[^\d\s{}][^{}]*\}\}/;

/** What Meta answers to a message of a template with named variables whose values do not say which they are; nothing to any other. */
export function namelessProblem({ template }: Json, rows: readonly object[]): AnswerBehaviour | undefined {
  const { name, language, components } = object(template);
  if (rows.length === 0 || !rows.some((row) => isNamed(row as Json, text(name), text(object(language).code)))) return undefined;
  const cards = list(components).flatMap((component) => list(object(component).cards));
  const parts = [components, ...cards.map((card) => object(card).components)].flatMap(list).map(object);
  const values = parts.filter(({ type }) => type === 'header' || type === 'body').flatMap(({ parameters }) => list(parameters)).map(object);
  const nameless = values.some((value) => value.type === 'text' && text(value.parameter_name) === '');
  return nameless ? behaviours.metaError(100, '(#100) Invalid parameter', { details: 'Parameter name is missing or empty' }) : undefined;
}

/** Whether a row is this template's, and has named variables: as it says, or, since AiSensy's own form does not, by its text. */
function isNamed(row: Json, name: string, language: string): boolean {
  if (row.name !== name || row.language !== language) return false;
  const format = text(row.parameter_format).toUpperCase();
  return format === '' ? NAMED_VARIABLE.test(`${text(row.text)} ${text(row.header_text)}`) : format === 'NAMED';
}
