import { type Template, type TemplateComponent, type VariableNames, type CardVariableNames, variablesIn } from '../messages/template.ts';

/** What a template's variables are called; nothing where they are numbers, which WhatsApp fills in by their order. */
export function variableNames({ parameterFormat, components }: Pick<Template, 'parameterFormat' | 'components'>): VariableNames | undefined {
  if (parameterFormat !== 'NAMED') return undefined;
  const cards = components.flatMap((component) => (component.type === 'CAROUSEL' ? component.cards ?? [] : []));
  return { ...namesOn(components), cards: cards.map((card) => namesOn(card.components)) };
}

function namesOn(components: readonly TemplateComponent[]): CardVariableNames {
  const named = (part: string): string[] => variablesIn(components.find(({ type }) => type === part)?.text);
  return { header: named('HEADER'), body: named('BODY') };
}
