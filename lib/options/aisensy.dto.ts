import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import type { AiSensyCallbackOptions, AiSensyOptions, Secret } from '../whatsapp-bridge.options.ts';
import { AsGiven, IfGiven, Must, MustIn } from './must.ts';
import type { Rule } from './must.ts';
import { beGroup, beWholeNumber, isGroup, wrongKind } from './rules.ts';
import {
  beExpectedHeaders, beSecret, haveLegalNames, haveLegalValues, haveSecretValues, haveSingleValues, holdHeaders, leaveFramingAlone,
} from './secret-rules.ts';
import { beSecure, beUrl, SECURE_URLS } from './url-rules.ts';

const PLANNED_TRANSPORTS = ['direct', 'project', 'campaign'];

class AiSensyCallbackDto implements AiSensyCallbackOptions {
  @IfGiven() @Must(beExpectedHeaders(), holdHeaders(), haveLegalNames(), haveSecretValues(), haveLegalValues()) @AsGiven()
  headers?: Record<string, Secret>;

  @IfGiven() @Must(beSecret('the text of ?token=… in the URLs pasted into AiSensy, or a list of the old and the new one')) @AsGiven()
  token?: Secret;

  @IfGiven() @Must(beSecret("the shared secret of AiSensy's webhook, or a list of the old and the new one")) @AsGiven()
  signingSecret?: Secret;
}

/** `accounts[].aiSensy` */
export class AiSensyDto implements AiSensyOptions {
  @Must(beBuiltTransport()) @AsGiven()
  transport: 'clevertap' | 'direct' | 'project' | 'campaign' = 'clevertap';

  @Must(beUrl("AiSensy's endpoint")) @MustIn(SECURE_URLS, beSecure()) @AsGiven()
  endpoint = 'https://backend.aisensy.com/clever-tap/t1/messages';

  @Must(beGroup('header names and values'), haveLegalNames(), haveSingleValues(), haveLegalValues(), leaveFramingAlone()) @AsGiven()
  headers: Record<string, string> = {};

  @Must(beWholeNumber(1, 120_000, 'milliseconds')) @AsGiven()
  timeoutMs = 15_000;

  @Must(beGroup('headers, token or signingSecret'), recogniseAiSensy()) @ValidateNested() @Type(() => AiSensyCallbackDto)
  callbacks!: AiSensyCallbackDto;
}

function beBuiltTransport(): Rule {
  return (value) => {
    if (value === 'clevertap') return undefined;
    if (typeof value !== 'string') return wrongKind(value, "'clevertap'");
    if (!PLANNED_TRANSPORTS.includes(value)) return "must be 'clevertap'.";
    return `'${value}' is not built yet. Leave it out: 'clevertap' is the one that works.`;
  };
}

/** Anybody could invent reports and replies otherwise. */
function recogniseAiSensy(): Rule {
  return (value) => {
    if (!isGroup(value) || ['headers', 'token', 'signingSecret'].some((name) => value[name] !== undefined)) return undefined;
    return 'gives AiSensy no way to prove itself. Set token (?token=… in the URLs pasted into AiSensy), signingSecret or headers.';
  };
}
