import { fieldsOf, firstObject, firstText, listOf, parseJson } from '../messages/json-fields.ts';
import type { JsonObject } from '../messages/json-fields.ts';
import { oneLine } from '../messages/one-line.ts';

/** One-line texts for what CleverTap has no form for: it gets them as a text message. */

/** `Contact: Asha +919800000001, Ravi` */
export function contactsSummary(contacts: readonly unknown[]): string | undefined {
  const cards = contacts.map(fieldsOf).map(({ name, phones }) => {
    const phone = firstObject(phones);
    return [firstText(fieldsOf(name).formatted_name, fieldsOf(name).first_name, name), firstText(phone?.phone, phone?.wa_id)];
  });
  return summary('Contact', cards.map((card) => card.filter((part) => part !== undefined).join(' ')));
}

/** `Order: 2 × tea-01, 1 × cup-07 (please wrap)` */
export function orderSummary({ product_items: items, text }: JsonObject): string | undefined {
  const lines = listOf(items).map(fieldsOf).map(({ quantity, product_retailer_id: id }) => {
    const product = firstText(id);
    return product === undefined ? '' : `${firstText(quantity) ?? 1} × ${product}`;
  });
  const note = firstText(text);
  const order = summary('Order', lines);
  return order === undefined || note === undefined ? order ?? summary('Order', [note ?? '']) : oneLine(`${order} (${note})`);
}

/** `Form: city: Pune, size: L`; where the answers cannot be read, the form's own words. */
export function formSummary({ response_json: response, text, body, name }: JsonObject): string | undefined {
  const answers = Object.entries(fieldsOf(typeof response === 'string' ? parseJson(response) : response))
    .filter(([key]) => key !== 'flow_token')
    .map(([key, value]) => `${key}: ${firstText(value) ?? JSON.stringify(value)}`);
  return summary('Form', answers.length > 0 ? answers : [firstText(text, body, name) ?? '']);
}

function summary(title: string, parts: string[]): string | undefined {
  const said = parts.filter((part) => part !== '');
  return said.length === 0 ? undefined : oneLine(`${title}: ${said.join(', ')}`);
}
