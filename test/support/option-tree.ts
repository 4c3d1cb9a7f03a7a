import { plainToInstance } from 'class-transformer';
import { ACCOUNT_VARIABLES, BRIDGE_VARIABLES } from '../../lib/options/environment-variables.ts';
import { DEFAULT_EXTRAS } from '../../lib/options/extras.ts';
import { OptionsDto } from '../../lib/options/options.dto.ts';

/** Every way to AiSensy, and every group of options that is there only when somebody gives it. */
const GIVEN = {
  accounts: [
    { aiSensy: { transport: 'clevertap', templates: { source: 'direct' } } },
    { aiSensy: { transport: 'direct' } },
    { aiSensy: { transport: 'project' } },
    { aiSensy: { transport: 'campaign', templates: { source: 'project' } } },
  ].map(({ aiSensy }) => ({ pairLimit: {}, cleverTap: { basic: {} }, aiSensy: { ...aiSensy, callbacks: {} } })),
};
/** Chooses a group's class, so it had to be given above, and has no default. */
const CHOICE = 'accounts[].aiSensy.templates.source';

/** Every option by its path, `accounts[].cleverTap.headers`, with its default; that of the first transport where they differ. */
export function optionDefaults(): Map<string, unknown> {
  const options = plainToInstance(OptionsDto, GIVEN, { exposeDefaultValues: true });
  return new Map([...leaves({ ...DEFAULT_EXTRAS, ...options }, '').reverse(), [CHOICE, undefined]]);
}

/** The variable that sets an option, by the option's path, without its prefix. */
export function optionVariables(): Map<string, string> {
  return new Map([...BRIDGE_VARIABLES, ...ACCOUNT_VARIABLES].map(({ name, option }) => [option.replace('[0]', '[]'), name]));
}

function leaves(value: unknown, path: string): [string, unknown][] {
  if (!isGroup(value)) return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((element) => leaves(element, `${path}[]`));
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path === '' ? name : `${path}.${name}`));
}

/** An empty group is an option by itself: `headers`, a list. */
function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
