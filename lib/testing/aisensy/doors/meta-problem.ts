import { behaviours, type AnswerBehaviour } from '../behaviour.ts';
import { list, object, text, type Json } from './door.ts';

/** The content of each type must be there, with these fields. */
const CONTENTS: Record<string, string[]> = {
  text: ['body'], image: ['link'], video: ['link'], audio: ['link'], document: ['link'], location: ['latitude', 'longitude'], template: ['name', 'language'],
};
const BUTTONS: Record<string, string> = { url: 'text', quick_reply: 'payload', copy_code: 'coupon_code' };
const COMPONENTS = ['header', 'body', 'button', 'limited_time_offer', 'carousel'];

/** What a value of a template may not be: empty, of several lines, or with more than four spaces in a row. */
const UNFIT = /^\s*$|[\r\n\t]| {5,}/;

/** What Meta answers to a body that is none of its own (Cloud API, "Messages" and "Error codes"); nothing to one that is. */
export function metaProblem(body: Json): AnswerBehaviour | undefined {
  if (body.messaging_product !== undefined && body.messaging_product !== 'whatsapp') return wrong(100, 'messaging_product must be whatsapp');
  if (!/^\d{6,15}$/.test(text(body.to))) return wrong(131009, 'to must be a phone number');
  if (text(body.biz_opaque_callback_data).length > 512) return wrong(100, 'biz_opaque_callback_data is too long');
  const type = text(body.type) || 'text';
  const fields = CONTENTS[type];
  if (fields === undefined) return wrong(131051, `type ${type} is not supported`);
  const content = object(body[type]);
  const missing = fields.find((field) => content[field] === undefined || content[field] === '');
  if (missing !== undefined) return wrong(131008, `${type}.${missing} is required`);
  return type === 'template' ? templateProblem(content) : undefined;
}

function templateProblem(template: Json): AnswerBehaviour | undefined {
  if (text(object(template.language).code) === '') return wrong(131008, 'language.code is required');
  return componentsProblem(list(template.components));
}

function componentsProblem(components: unknown[]): AnswerBehaviour | undefined {
  for (const component of components.map(object)) {
    const type = text(component.type);
    if (!COMPONENTS.includes(type)) return wrong(100, `components: ${type} is no type`);
    const problem = type === 'carousel' ? cardsProblem(list(component.cards)) : parametersProblem(component);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function cardsProblem(cards: unknown[]): AnswerBehaviour | undefined {
  for (const [place, card] of cards.map(object).entries()) {
    if (card.card_index !== place) return wrong(100, `card_index ${place} is missing`);
    const problem = componentsProblem(list(card.components));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function parametersProblem({ type, sub_type: subType, index, parameters }: Json): AnswerBehaviour | undefined {
  const given = list(parameters).map(object);
  if (given.length === 0) return wrong(131008, `${text(type)}: parameters are required`);
  if (type === 'button') {
    const value = BUTTONS[text(subType)];
    if (value === undefined) return wrong(100, `sub_type ${text(subType)} is unknown`);
    if (!/^\d$/.test(text(index))) return wrong(100, 'button: index must be a string from 0 to 9');
    if (text(given[0]![value]) === '') return wrong(131008, `button: ${value} is required`);
  }
  for (const parameter of given) {
    const kind = text(parameter.type);
    if (parameter[kind] === undefined) return wrong(131008, `parameter of type ${kind} has no ${kind}`);
    if (kind === 'text' && UNFIT.test(text(parameter.text))) {
      return wrong(132018, 'Param text cannot have new-line/tab characters or more than 4 consecutive spaces');
    }
  }
  return undefined;
}

function wrong(code: number, details: string): AnswerBehaviour {
  return behaviours.metaError(code, 'Invalid parameter', { details });
}
