import { fieldsOf, firstObject, isObject, keyword, listOrObject, numberOf, textOf } from '../messages/json-fields.ts';
import type { JsonObject } from '../messages/json-fields.ts';
import type { TemplateButton, TemplateButtonKind, TemplateCard, TemplateHeader, TemplateValues } from '../messages/outbound-message.ts';
import { isVariableName } from '../messages/template.ts';
import { contentKind, contentOf, readLocation, readMediaUrl } from './outbound-parts.ts';

const BUTTON_KINDS = new Map<string, TemplateButtonKind>([
  ['dynamicUrl', 'dynamicUrl'], ['staticUrl', 'staticUrl'], ['quickReply', 'quickReply'], ['callPhone', 'callPhone'],
  ['dynamicurl', 'dynamicUrl'], ['staticurl', 'staticUrl'], ['quickreply', 'quickReply'], ['callphone', 'callPhone'],
  ['copycode', 'copyCode'],
]);

/** Takes one component into the template or the card that it stands on. A component of no kind named here changes nothing. */
export function readCardComponent(component: JsonObject, kind: string, card: TemplateCard): void {
  if (kind === 'header') card.header ??= readHeader(component['header']);
  else if (kind === 'body') card.body ??= readBody(component['body']);
  else if (kind === 'button') card.buttons.push(readButton(component));
}

/** The word that says what a component is. */
export function componentKind(component: JsonObject): string {
  const type = component['type'];
  return type === 'body' || type === 'button' || type === 'header' ? type : keyword(type);
}

/** Adds a component's values to it, in order. A parameter of an unknown form keeps its place, empty. */
function withValues<T extends object>(part: T, parameters: unknown): T & TemplateValues {
  const list = listOrObject(parameters);
  const read: T & TemplateValues = Object.assign(part, { parameters: list.map(readParameter) });
  if (list.some(readName)) read.parameterNames = list.map((parameter) => readName(parameter) ?? '');
  return read;
}

/** A named variable's name, which Meta wants back with the value; a number is a position and no name. */
function readName(parameter: unknown): string | undefined {
  const name = isObject(parameter) ? textOf(parameter['parameter_name'] ?? parameter['parameterName']) : undefined;
  return name === undefined || name === '' || !isVariableName(name) ? undefined : name;
}

function readParameter(parameter: unknown): string {
  return textOf(isObject(parameter) ? parameter['text'] : parameter) ?? '';
}

function readHeader(header: unknown): TemplateHeader | undefined {
  if (!isObject(header)) return undefined;
  const type = contentKind(header);
  if (type === undefined) return undefined;
  const content = contentOf(header, type);
  if (type === 'text') return readTextHeader(content);
  if (!isObject(content)) return undefined;
  if (type === 'location') {
    const location = readLocation(content);
    return location && { type, ...location };
  }
  const mediaUrl = readMediaUrl(content);
  if (mediaUrl === undefined) return undefined;
  const filename = type === 'file' ? textOf(content['filename']) : undefined;
  return type === 'file' && filename !== undefined ? { type, mediaUrl, filename } : { type, mediaUrl };
}

function readTextHeader(content: unknown): TemplateHeader | undefined {
  const shown = textOf(isObject(content) ? content['text'] : content);
  return shown === undefined ? undefined : withValues({ type: 'text' as const, text: shown }, fieldsOf(content)['parameters']);
}

function readBody(body: unknown): TemplateCard['body'] {
  if (typeof body === 'string') return { text: body, parameters: [] };
  if (!isObject(body)) return undefined;
  const filledIn = textOf(body['text']);
  return withValues(filledIn === undefined ? {} : { text: filledIn }, body['parameters']);
}

function readButton(component: JsonObject): TemplateButton {
  const given = fieldsOf(firstObject(component['parameters']));
  const button: TemplateButton = { kind: buttonKind(component['subType'] ?? component['sub_type'] ?? component['subtype'], given) };
  const index = numberOf(component['index']);
  const label = textOf(component['buttonText']);
  const value = textOf(given['text'] ?? given['payload'] ?? given['coupon_code']);
  if (index !== undefined) button.index = index;
  if (label !== undefined) button.text = label;
  if (value !== undefined) button.value = value;
  return button;
}

/**
 * Where `subType` is missing or unknown, the parameter decides; without one the button counts as one without a value, so that it
 * still holds its place among the others.
 */
function buttonKind(subType: unknown, given: JsonObject): TemplateButtonKind {
  const named = BUTTON_KINDS.get(subType as string) ?? BUTTON_KINDS.get(keyword(subType));
  if (named !== undefined) return named;
  if (given['payload'] !== undefined) return 'quickReply';
  return given['coupon_code'] === undefined ? 'staticUrl' : 'copyCode';
}
