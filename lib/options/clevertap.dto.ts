import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { isObject } from '../messages/json-fields.ts';
import type { CleverTapOptions } from '../whatsapp-bridge.options.ts';
import type { Secret } from './secret.ts';
import { AsGiven, IfGiven, Must, MustIn } from './must.ts';
import type { Rule } from './must.ts';
import { beGroup, beText } from './rules.ts';
import { beExpectedHeaders, haveLegalNames, haveLegalValues, haveSecretValues, holdHeaders } from './secret-rules.ts';
import { beSecure, beUrl, SECURE_URLS } from './url-rules.ts';

class BasicDto {
  @Must(beText('the user name typed into CleverTap'), haveNoColon()) @AsGiven()
  username!: string;

  @Must(beText('the password typed into CleverTap')) @AsGiven()
  password!: string;
}

/** `accounts[].cleverTap` */
export class CleverTapDto implements CleverTapOptions {
  @IfGiven() @Must(beExpectedHeaders(), holdHeaders(), haveLegalNames(), haveSecretValues(), haveLegalValues()) @AsGiven()
  headers?: Record<string, Secret>;

  @IfGiven() @Must(beGroup('username and password')) @ValidateNested() @Type(() => BasicDto)
  basic?: BasicDto;

  @Must(beUrl("CleverTap's delivery report callback URL of the provider")) @MustIn(SECURE_URLS, beSecure()) @AsGiven()
  deliveryReportUrl!: string;

  @Must(beUrl("CleverTap's inbound message callback URL of the provider")) @MustIn(SECURE_URLS, beSecure()) @AsGiven()
  inboundMessageUrl!: string;
}

/** At least one credential: without one anybody could send messages at the account's cost. */
export function recogniseCleverTap(): Rule {
  return (value) => {
    if (!isObject(value) || value['headers'] !== undefined || value['basic'] !== undefined) return undefined;
    return "gives CleverTap no way to prove itself. Set headers or basic to what CleverTap's provider form sends.";
  };
}

/** RFC 7617: the first colon ends the name, so a name that holds one can never be right. */
function haveNoColon(): Rule {
  const text = 'holds a colon, which HTTP Basic cannot carry in a user name. Choose one without.';
  return (value) => (typeof value === 'string' && value.includes(':') ? text : undefined);
}
