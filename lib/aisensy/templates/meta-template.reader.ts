import { fieldsOf, firstText, isObject, type JsonObject, listOrObject, numberOf } from '../../messages/json-fields.ts';
import { type Template, type TemplateButtonForm, type TemplateComponent, isVariableName, variablesIn } from '../../messages/template.ts';

/**
 * Reads a row of Meta's list of templates, as AiSensy's Direct API passes it on: components are kept as they came, but for the
 * case of their types. `undefined` where it is no template, or one that is not approved.
 */
export function readMetaTemplate(row: unknown): Template | undefined {
  const fields = fieldsOf(row);
  return readTemplate(fields, componentsOf(fields.components), { sendTtlSeconds: fields.message_send_ttl_seconds });
}

/** What both forms of a row have in common; `undefined` where it names no template, or one that is not approved. */
export function readTemplate(fields: JsonObject, components: TemplateComponent[], { sendTtlSeconds }: { sendTtlSeconds?: unknown } = {}): Template | undefined {
  const name = firstText(fields.name, fields.elementName);
  const language = firstText(fields.language, fieldsOf(fields.language).code, fields.languageCode);
  if (name === undefined || language === undefined || upper(fields.status) !== 'APPROVED') return undefined;
  const ttl = numberOf(sendTtlSeconds);
  const previousCategory = firstText(fields.previous_category);
  return {
    id: firstText(fields.id, fields._id) ?? `${name}:${language}`,
    name,
    language,
    category: upper(fields.category) ?? 'UTILITY',
    parameterFormat: formatOf(upper(fields.parameter_format), components),
    ...(ttl !== undefined && { sendTtlSeconds: ttl }),
    ...(previousCategory !== undefined && { previousCategory }),
    components,
  };
}

/** As the row says; where it does not, as AiSensy's own never does, by the variables: a positional one is a number. */
function formatOf(told: string | undefined, components: TemplateComponent[]): Template['parameterFormat'] {
  const isNamed = told === undefined ? components.some(({ text }) => variablesIn(text).some(isVariableName)) : told === 'NAMED';
  return isNamed ? 'NAMED' : 'POSITIONAL';
}

function componentsOf(value: unknown): TemplateComponent[] {
  return listOrObject(value).flatMap((component): TemplateComponent[] => {
    if (!isObject(component)) return [];
    const type = upper(component.type);
    if (type === undefined) return [];
    return [{
      ...component,
      type,
      ...(component.format !== undefined && { format: upper(component.format) }),
      ...(component.buttons !== undefined && { buttons: buttonsOf(component.buttons) }),
      ...(component.cards !== undefined && { cards: listOrObject(component.cards).map((card) => ({ ...fieldsOf(card), components: componentsOf(fieldsOf(card).components) })) }),
    }];
  });
}

function buttonsOf(value: unknown): TemplateButtonForm[] {
  return listOrObject(value).filter(isObject).map((button) => ({ ...button, type: upper(button.type) ?? '' }));
}

function upper(value: unknown): string | undefined {
  return firstText(value)?.trim().toUpperCase();
}
