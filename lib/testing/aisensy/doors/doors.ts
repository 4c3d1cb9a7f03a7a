import type { Exchange } from '../../wire/http-server.ts';
import type { AnswerBehaviour } from '../behaviour.ts';
import type { AiSensySimulatorOptions } from '../options.ts';
import { PROJECT_ID } from '../project-form.ts';
import type { ApiName, ReceivedMessage } from '../received-messages.ts';
import { CampaignDoor } from './campaign-door.ts';
import { CleverTapDoor } from './clevertap-door.ts';
import { DirectTokens } from './direct-tokens.ts';
import { ownError, type Door, type Json } from './door.ts';
import { MetaDoor } from './meta-door.ts';

const DIRECT = '/direct-apis/t1';
const PROJECT = '/project-apis/v1/project';
const CAMPAIGN_DETAILS = '/campaign/t1/api/campaign-details';

/** What the doors need of their simulator. */
export interface DoorsHost {
  /** What the answer of the CleverTap endpoint adds, by the form of the callbacks. */
  answerFields: (message: ReceivedMessage) => object;
  /** What the Project API tells of a message, by any of its names. */
  stateOf: (name: string) => object | undefined;
  /** The rows of templates that an API lists. */
  templatesOf: (api: 'direct' | 'project') => readonly object[];
}

/** All of AiSensy's addresses: four for messages, and those beside them. */
export class Doors {
  readonly tokens: DirectTokens;
  private readonly byPath: ReadonlyMap<string, Door>;
  private readonly campaigns: CampaignDoor;
  private readonly options: AiSensySimulatorOptions;
  private readonly project: string;
  private readonly host: DoorsHost;

  constructor(options: AiSensySimulatorOptions, wabaNumber: string, host: DoorsHost) {
    const { headers = {}, direct = {}, project, campaign = {} } = options;
    this.options = options;
    this.host = host;
    this.tokens = new DirectTokens(direct);
    this.campaigns = new CampaignDoor(campaign, wabaNumber);
    this.project = `${PROJECT}/${project?.projectId ?? PROJECT_ID}`;
    const doors: Door[] = [
      new CleverTapDoor(headers, host.answerFields),
      new MetaDoor('direct', `${DIRECT}/messages`, wabaNumber, (exchange) => this.tokens.refuses(exchange), () => host.templatesOf('direct')),
      new MetaDoor('project', `${this.project}/messages`, wabaNumber, (exchange) => this.refusesProject(exchange), () => host.templatesOf('project')),
      this.campaigns,
    ];
    this.byPath = new Map(doors.map((door) => [door.path, door]));
  }

  /** The door that a request is meant for; none where it is no message. */
  find({ method, path }: Exchange): Door | undefined {
    return method === 'POST' ? this.byPath.get(path) : undefined;
  }

  pathOf(api: ApiName): string {
    for (const { name, path } of this.byPath.values()) if (name === api) return path;
    throw new Error(`There is no API "${api as string}".`);
  }

  /** The answer to what is no message: tokens, a project, a message's state, a campaign's details. */
  aside(exchange: Exchange, body: Json): AnswerBehaviour {
    const { method, path } = exchange;
    if (method === 'POST' && path === `${DIRECT}/users/regenrate-token`) return this.tokens.issue(exchange);
    if (method === 'POST' && path === CAMPAIGN_DETAILS) return this.campaigns.refuses(exchange, body) ?? this.campaigns.details(body);
    if (method === 'GET' && path.startsWith(this.project)) return this.refusesProject(exchange) ?? this.readProject(exchange);
    return ownError(404, 'Not Found');
  }

  /** Whether a call carries the right credential of the API that its path belongs to. */
  letsIn(exchange: Exchange): boolean {
    const refusal = exchange.path.startsWith(DIRECT) ? this.tokens.refuses(exchange) : this.refusesProject(exchange);
    return refusal === undefined;
  }

  private readProject({ path }: Exchange): AnswerBehaviour {
    const [, place = '', name] = path.slice(this.project.length).split('/');
    if (place === '') return { kind: 'answer', body: { id: this.project.slice(PROJECT.length + 1), name: 'Simulated project' } };
    const state = place === 'messages' && name !== undefined ? this.host.stateOf(decodeURIComponent(name)) : undefined;
    return state === undefined ? ownError(404, 'Not Found') : { kind: 'answer', body: { message: state } };
  }

  private refusesProject({ headers }: Exchange): AnswerBehaviour | undefined {
    const { project } = this.options;
    if (project === undefined || headers['x-aisensy-project-api-pwd'] === project.password) return undefined;
    return { kind: 'answer', status: 401, body: { name: 'ERR401', message: 'Unauthorized' } };
  }
}
