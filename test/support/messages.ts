import { type CleverTapPayload, defaultRecipient, type FormName, forms, type MessageTarget, msgIdOf } from 'nestjs-whatsapp-bridge/testing';
import { MOBILE_NUMBERS } from './account-sides.ts';

let index = 0;

/** A message of CleverTap's, with an id and a recipient that no other has. */
export function message(form: FormName = 'textFooter', target: Partial<MessageTarget> = {}): CleverTapPayload {
  index += 1;
  return forms[form]({ msgId: msgIdOf(index, '1790000000'), to: defaultRecipient(index), wabaNumber: MOBILE_NUMBERS[0], index, ...target });
}

/** So many of them. */
export function messages(count: number, form?: FormName): CleverTapPayload[] {
  return Array.from({ length: count }, () => message(form));
}
