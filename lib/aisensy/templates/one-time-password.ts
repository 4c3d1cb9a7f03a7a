import { type TemplateButtonForm, variablesIn } from '../../messages/template.ts';

/** Where Meta lists the button of a one-time password to lead, whatever it does. */
const URL = 'https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp';

/** What Meta calls the button where nobody has chosen another title. */
const TITLE = 'Copy code';

/**
 * The buttons of a one-time password as Meta lists them, which is one, a link that takes the password: WhatsApp has no template of the
 * kind without it. AiSensy's own form may tell it as something else or leave it out, and CleverTap would then import a template whose
 * messages WhatsApp refuses.
 */
export function passwordButtons(told: TemplateButtonForm[]): TemplateButtonForm[] {
  if (told.some(({ url }) => variablesIn(url).length > 0)) return told;
  return [{ type: 'URL', text: told[0]?.text ?? TITLE, url: `${URL}{{1}}`, example: [`${URL}123456`] }];
}
