import type { Secret } from './secret.ts';

/** How AiSensy proves itself on our callback routes: at least one, any one is enough. */
export interface AiSensyCallbackOptions {
  /** Headers that must all be right. */
  headers?: Record<string, Secret>;
  /** `?token=…` in the URL pasted into AiSensy: what its CleverTap integration needs, since it sends no header. */
  token?: Secret;
  /** The shared secret of `X-AiSensy-Signature`. */
  signingSecret?: Secret;
}

/** The options that every transport has. */
export interface AiSensyCommonOptions {
  /** How long one call may take, in milliseconds; 15,000. */
  timeoutMs?: number;
  callbacks: AiSensyCallbackOptions;
}

/** AiSensy's CleverTap add-on, which takes CleverTap's payload as it is: the default. */
export interface CleverTapTransportOptions extends AiSensyCommonOptions {
  transport?: 'clevertap';
  /** Where messages are posted; `https://backend.aisensy.com/clever-tap/t1/messages`. */
  endpoint?: string;
  /** What AiSensy wants from us: the headers of Integrations > CleverTap > Regenerate Key. */
  headers?: Record<string, string>;
  /** Where the account's templates are read from, for CleverTap's import and for the preflight; this add-on tells none. */
  templates?: TemplateSourceOptions;
}

/** AiSensy's Direct API, which takes Meta's message bodies. Needs `@nestjs/axios` and `axios` where the token is fetched. */
export type DirectTransportOptions = AiSensyCommonOptions & DirectCredentials & {
  transport: 'direct';
  /** Where messages are posted; `https://backend.aisensy.com/direct-apis/t1/messages`. The API's other addresses stand beside it. */
  endpoint?: string;
};

/** A lasting token; or a login, with which the bridge fetches a token, and another one when AiSensy refuses it. */
export type DirectCredentials =
  | { token: string; username?: undefined; password?: undefined; projectId?: undefined }
  | {
      /** Used until AiSensy refuses it. Where it is left out, one is fetched at once; that may void earlier ones. */
      token?: string;
      username: string;
      password: string;
      projectId: string;
    };

/** AiSensy's Project API, which takes Meta's message bodies. */
export interface ProjectTransportOptions extends AiSensyCommonOptions {
  transport: 'project';
  /**
   * Where messages are posted; `https://apis.aisensy.com/project-apis/v1/project/{projectId}/messages`, in which `{projectId}` stands
   * for the id. The API's other addresses stand beside it.
   */
  endpoint?: string;
  /** The project's id: 24 hexadecimal digits. */
  projectId: string;
  /** The Project API's password, `X-AiSensy-Project-API-Pwd`. */
  password: string;
}

/** AiSensy's Campaign API: templates only, each through a live campaign that is bound to it. */
export interface CampaignTransportOptions extends AiSensyCommonOptions {
  transport: 'campaign';
  /** Where messages are posted; `https://backend.aisensy.com/campaign/t1/api/v2`. The API's other addresses stand beside it. */
  endpoint?: string;
  /** Manage > API Key. It travels in the body. */
  apiKey: string;
  /** The campaign's name by the template's, or a function of it; what is not named here is the template's own name. */
  campaigns?: Record<string, string> | ((template: string, language: string) => string);
  /** What AiSensy calls a person it does not know yet; the number, in digits. */
  userName?: string;
  /** What AiSensy notes as the source of the contact; nothing. */
  source?: string;
  /** Where the account's templates are read from, for CleverTap's import and for the preflight; the Campaign API tells none. */
  templates?: TemplateSourceOptions;
}

/** An API of AiSensy's that tells an account's templates, for accounts whose messages go another way. */
export type TemplateSourceOptions = {
  /** The API's endpoint for messages, beside which its other addresses stand; AiSensy's own. */
  endpoint?: string;
} & (({ source: 'direct' } & DirectCredentials) | { source: 'project'; projectId: string; password: string });

type KeysOf<Options> = Options extends unknown ? keyof Options : never;

/** Forbids each type of the union the options of the others, which TypeScript would let pass where `transport` is left out. */
type OneOf<Options, All = Options> = Options extends unknown ? Options & { [Key in Exclude<KeysOf<All>, keyof Options>]?: undefined } : never;

/** How AiSensy's side of an account is reached and recognised, by `transport`. */
export type AiSensyOptions = OneOf<CleverTapTransportOptions | DirectTransportOptions | ProjectTransportOptions | CampaignTransportOptions>;

/** The names of the ways to AiSensy. */
export type TransportName = NonNullable<AiSensyOptions['transport']>;
