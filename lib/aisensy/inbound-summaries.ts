import { fieldsOf, firstText, oneLine } from './fields.ts';
import type { Fields } from './fields.ts';

/** One-line texts for what CleverTap has no form for: it gets them as a text message. */

/** `Contact: Asha +919800000001, Ravi` */
export function contactsSummary(contacts: unknown[]): string | undefined {
  const cards = contacts.map(fieldsOf).map(({ name, phones }) => {
    const phone = fieldsOf([phones].flat()[0]);
    return [firstText(fieldsOf(name).formatted_name, fieldsOf(name).first_name, name), firstText(phone.phone, phone.wa_id)];
  });
  return summary('Contact', cards.map((card) => card.filter((part) => part !== undefined).join(' ')));
}

/** `Order: 2 × tea-01, 1 × cup-07 (please wrap)` */
export function orderSummary({ product_items: items, text }: Fields): string | undefined {
  const lines = [items ?? []].flat().map(fieldsOf).map(({ quantity, product_retailer_id: id }) => {
    const product = firstText(id);
    return product === undefined ? '' : `${firstText(quantity) ?? 1} × ${product}`;
  });
  const note = firstText(text);
  const order = summary('Order', lines);
  return order === undefined || note === undefined ? order ?? summary('Order', [note ?? '']) : oneLine(`${order} (${note})`);
}

/** `Form: city: Pune, size: L`; where the answers cannot be read, the form's own words. */
export function formSummary({ response_json: response, text, body, name }: Fields): string | undefined {
  const answers = Object.entries(answersOf(response))
    .filter(([key]) => key !== 'flow_token')
    .map(([key, value]) => `${key}: ${firstText(value) ?? JSON.stringify(value)}`);
  return summary('Form', answers.length > 0 ? answers : [firstText(text, body, name) ?? '']);
}

function answersOf(response: unknown): Fields {
  if (typeof response !== 'string') return fieldsOf(response);
  try {
    return fieldsOf(JSON.parse(response));
  } catch {
    return {};
  }
}

function summary(title: string, parts: string[]): string | undefined {
  const said = parts.filter((part) => part !== '');
  return said.length === 0 ? undefined : oneLine(`${title}: ${said.join(', ')}`);
}
