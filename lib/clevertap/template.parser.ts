import { fieldsOf, firstNonEmpty, firstObject, isObject, listOrObject, numberOf, textOf } from '../messages/json-fields.ts';
import type { JsonObject } from '../messages/json-fields.ts';
import type { TemplateCard, TemplateContent } from '../messages/outbound-message.ts';
import { componentKind, readCardComponent } from './template-card.parser.ts';

/** A template message (CleverTap's page "Generic WhatsApp", template payload); `undefined` where the body is none. */
export function readTemplate(message: JsonObject): TemplateContent | undefined {
  const template = message['template'];
  if (!isObject(template)) return undefined;
  const name = firstNonEmpty(template['namespace'], template['name']);
  if (name === undefined) return undefined;
  const language = textOf(template['languageCode'] ?? template['language']) ?? '';
  const content: TemplateContent = { type: 'template', name, language, buttons: [], customProps: {} };
  for (const component of listOrObject(message['components'])) {
    if (isObject(component)) readComponent(component, content);
  }
  return content;
}

function readComponent(component: JsonObject, content: TemplateContent): void {
  const kind = componentKind(component);
  readCardComponent(component, kind, content);
  if (kind === 'footer') {
    const footer = component['footer'] ?? component['footertext'] ?? component['footerText'];
    content.footer ??= textOf(isObject(footer) ? footer['text'] : footer);
  } else if (kind === 'limitedtimeoffer') {
    content.limitedTimeOffer ??= readLimitedTimeOffer(component);
  } else if (kind === 'carousel') {
    content.carousel ??= listOrObject(component['cards']).map(readCard);
  }
  if (component['customProps'] !== undefined) readCustomProps(component['customProps'], content.customProps);
}

function readLimitedTimeOffer(component: JsonObject): NonNullable<TemplateContent['limitedTimeOffer']> {
  const parameter = firstObject(component['parameters']);
  const expirationTimeMs = numberOf(fieldsOf(parameter?.['limited_time_offer'])['expiration_time_ms']);
  const shown = textOf(component['text']);
  return {
    ...(shown !== undefined && { text: shown }),
    ...(expirationTimeMs !== undefined && { expirationTimeMs }),
  };
}

function readCard(card: unknown): TemplateCard {
  const read: TemplateCard = { buttons: [] };
  for (const component of listOrObject(fieldsOf(card)['components'])) {
    if (isObject(component)) readCardComponent(component, componentKind(component), read);
  }
  return read;
}

/** One object for each pair, or all pairs in one. */
function readCustomProps(pairs: unknown, into: TemplateContent['customProps']): void {
  for (const pair of listOrObject(pairs)) {
    if (!isObject(pair)) continue;
    for (const key of Object.keys(pair)) {
      const value = textOf(pair[key]);
      if (value !== undefined) put(into, key, value);
    }
  }
}

/** Makes every key a property of its own, `__proto__` too, which an assignment would not. */
function put(properties: Record<string, string>, key: string, value: string): void {
  if (key in properties) Object.defineProperty(properties, key, { value, writable: true, enumerable: true, configurable: true });
  else properties[key] = value;
}
