import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { isObject } from '../messages/json-fields.ts';
import type { AiSensyCallbackOptions, Secret, TransportName } from '../whatsapp-bridge.options.ts';
import { AISENSY_ENDPOINTS } from './aisensy-endpoints.ts';
import { AsGiven, IfGiven, Must, MustIn } from './must.ts';
import type { Rule } from './must.ts';
import { beProjectId, beTokenUnlessLogin, beWholeLogin } from './credential-rules.ts';
import { beGroup, beOneOf, beText, beWholeNumber, isText, orFunction, wrongKind } from './rules.ts';
import {
  beExpectedHeaders, beHeaderValue, beSecret, haveLegalNames, haveLegalValues, haveSecretValues, haveSingleValues, holdHeaders, leaveFramingAlone,
} from './secret-rules.ts';
import { templateSourceDto, type TemplateSourceDto } from './template-source.dto.ts';
import { beSecure, beUrl, SECURE_URLS } from './url-rules.ts';

class AiSensyCallbackDto implements AiSensyCallbackOptions {
  @IfGiven() @Must(beExpectedHeaders(), holdHeaders(), haveLegalNames(), haveSecretValues(), haveLegalValues()) @AsGiven()
  headers?: Record<string, Secret>;

  @IfGiven() @Must(beSecret('the text of ?token=… in the URLs pasted into AiSensy, or a list of the old and the new one')) @AsGiven()
  token?: Secret;

  @IfGiven() @Must(beSecret("the shared secret of AiSensy's webhook, or a list of the old and the new one")) @AsGiven()
  signingSecret?: Secret;
}

/** `accounts[].aiSensy`, what every transport has. */
class AiSensyDto {
  /** The problem with an option that only other transports have; nothing where none has it. */
  static elsewhere(option: string): string | undefined {
    const owners = [...BY_TRANSPORT].filter(([, dto]) => option in new dto()).map(([name]) => `'${String(name)}'`);
    return owners.length === 0 ? undefined : `is an option of transport ${owners.join(' and ')}. Set transport, or leave it out.`;
  }

  @Must(beOneOf('clevertap', 'direct', 'project', 'campaign')) @AsGiven()
  transport: TransportName = 'clevertap';

  @Must(beUrl("AiSensy's endpoint")) @MustIn(SECURE_URLS, beSecure()) @AsGiven()
  endpoint = AISENSY_ENDPOINTS.clevertap;

  @Must(beWholeNumber(1, 120_000, 'milliseconds')) @AsGiven()
  timeoutMs = 15_000;

  @Must(beGroup('headers, token or signingSecret'), recogniseAiSensy()) @ValidateNested() @Type(() => AiSensyCallbackDto)
  callbacks!: AiSensyCallbackDto;
}

/** `accounts[].aiSensy` of transport `clevertap`, and of one that does not exist. */
class CleverTapTransportDto extends AiSensyDto {
  @Must(beGroup('header names and values'), haveLegalNames(), haveSingleValues(), haveLegalValues(), leaveFramingAlone()) @AsGiven()
  headers: Record<string, string> = {};

  @IfGiven() @Must(beTemplateSource()) @ValidateNested() @Type((of) => templateSourceDto(of?.object))
  templates?: TemplateSourceDto;
}

/** `accounts[].aiSensy` of transport `direct` */
class DirectTransportDto extends AiSensyDto {
  override transport: TransportName = 'direct';
  override endpoint = AISENSY_ENDPOINTS.direct;

  @Must(beTokenUnlessLogin()) @AsGiven()
  token?: string;

  @Must(beWholeLogin()) @AsGiven()
  username?: string;

  @Must(beWholeLogin()) @AsGiven()
  password?: string;

  @Must(beWholeLogin()) @AsGiven()
  projectId?: string;
}

/** `accounts[].aiSensy` of transport `project` */
class ProjectTransportDto extends AiSensyDto {
  override transport: TransportName = 'project';
  override endpoint = AISENSY_ENDPOINTS.project;

  @Must(beProjectId()) @AsGiven()
  projectId!: string;

  @Must(beHeaderValue("the Project API's password")) @AsGiven()
  password!: string;
}

/** `accounts[].aiSensy` of transport `campaign` */
class CampaignTransportDto extends AiSensyDto {
  override transport: TransportName = 'campaign';
  override endpoint = AISENSY_ENDPOINTS.campaign;

  @Must(beText('the key of Manage > API Key')) @AsGiven()
  apiKey!: string;

  @IfGiven() @Must(orFunction(beCampaigns())) @AsGiven()
  campaigns?: Record<string, string> | ((template: string, language: string) => string);

  @IfGiven() @Must(beText('what AiSensy calls people that it does not know')) @AsGiven()
  userName?: string;

  @IfGiven() @Must(beText('the source that AiSensy notes')) @AsGiven()
  source?: string;

  @IfGiven() @Must(beTemplateSource()) @ValidateNested() @Type((of) => templateSourceDto(of?.object))
  templates?: TemplateSourceDto;
}

const BY_TRANSPORT: ReadonlyMap<unknown, new () => AiSensyDto> = new Map<string, new () => AiSensyDto>([
  ['clevertap', CleverTapTransportDto], ['direct', DirectTransportDto], ['project', ProjectTransportDto], ['campaign', CampaignTransportDto],
]);

/** The class to validate `aiSensy` with, whatever was given. */
export function aiSensyDto(given: unknown): new () => AiSensyDto {
  return BY_TRANSPORT.get(isObject(given) ? given.transport : undefined) ?? CleverTapTransportDto;
}

/** At least one credential: without one anybody could invent reports and replies. */
function recogniseAiSensy(): Rule {
  return (value) => {
    if (!isObject(value) || ['headers', 'token', 'signingSecret'].some((name) => value[name] !== undefined)) return undefined;
    return 'gives AiSensy no way to prove itself. Set token (?token=… in the URLs pasted into AiSensy), signingSecret or headers.';
  };
}

function beTemplateSource(): Rule {
  return beGroup("source ('direct' or 'project') and that API's credentials");
}

function beCampaigns(): Rule {
  const wanted = 'an object of template names and campaign names, or a function that gives the one for the other';
  return (value) => {
    if (!isObject(value)) return wrongKind(value, wanted);
    const empty = Object.entries(value).filter(([, name]) => !isText(name)).map(([template]) => template);
    return empty.length === 0 ? undefined : `must give the name of a campaign, as a string, to ${empty.join(', ')}.`;
  };
}
