import type { Exchange } from '../wire/http-server.ts';

/** A medium that AiSensy keeps under Meta's id. */
export interface SimulatedMedium {
  mimeType: string;
  /** The bytes, in base64 where they have to cross processes. */
  content: Buffer | string;
  /** Whether it is answered as Node's JSON of a buffer, which AiSensy does where nobody asks for a stream. */
  asJson?: boolean;
}

/** What the simulator knows beside messages. */
export interface ColdContents {
  /** Rows of `get-templates`, in Meta's form, whatever their status. Without them the address answers 404. */
  templates?: object[];
  /** Rows of the Project API's `wa_template`, in AiSensy's own form. Without them the address answers 404. */
  projectTemplates?: object[];
  /** By id. */
  media?: Record<string, SimulatedMedium>;
}

/** An answer in place of the right one. */
export interface ColdFault {
  status: number;
  body?: object;
  headers?: Record<string, string>;
}

const DIRECT = '/direct-apis/t1/';
const PROJECT = /^\/project-apis\/v1\/project\/[\da-f]{24}\//;
const LARGEST_PAGE = 100;

/** AiSensy's addresses for what is not a send: the Direct API's and the Project API's lists of templates, and their media. */
export class ColdRoutes {
  templates: object[] | undefined;
  projectTemplates: object[] | undefined;
  media: Record<string, SimulatedMedium>;
  /** What every call is answered from now on; nothing for the right answers. */
  fault: ColdFault | undefined;
  /** The paths that were asked for, with their queries, in order. */
  readonly asked: string[] = [];

  constructor({ templates, projectTemplates, media = {} }: ColdContents) {
    this.templates = templates;
    this.projectTemplates = projectTemplates;
    this.media = media;
  }

  /** Answers what is for it; false for anything else. `letsIn` says whether the call's credential is the right one. */
  answer(exchange: Exchange, letsIn: (exchange: Exchange) => boolean): boolean {
    const route = routeOf(exchange);
    if (route === undefined) return false;
    this.asked.push(`${exchange.path}?${exchange.query}`);
    if (!provesItself(exchange) || !letsIn(exchange)) exchange.answer(422, '{"message":"Invalid Token!"}');
    else if (this.fault) exchange.answer(this.fault.status, JSON.stringify(this.fault.body ?? { message: 'Internal Server Error' }), this.fault.headers);
    else this.tell(route, exchange);
    return true;
  }

  private tell(route: string, exchange: Exchange): void {
    const { templates, projectTemplates } = this;
    if (route === 'get-media') return this.tellMedium(exchange);
    const rows = route === 'get-templates' ? templates && { data: templates } : projectTemplates && { template: pageOf(projectTemplates, exchange) };
    if (rows === undefined) exchange.answer(404, '{"message":"Not Found"}');
    else exchange.answer(200, JSON.stringify(rows));
  }

  private tellMedium(exchange: Exchange): void {
    const { id } = JSON.parse(exchange.body.toString()) as { id: string };
    const medium = this.media[id];
    if (medium === undefined) return void exchange.answer(400, '{"message":"Unsupported get request. Object does not exist"}');
    const content = typeof medium.content === 'string' ? Buffer.from(medium.content, 'base64') : medium.content;
    if (medium.asJson) exchange.answer(200, JSON.stringify(content));
    else exchange.answer(200, content, { 'content-type': medium.mimeType });
  }
}

/** `limit` rows behind the one whose id is `after`. */
function pageOf(rows: object[], { query }: Exchange): object[] {
  const asked = new URLSearchParams(query);
  const limit = Math.min(Number(asked.get('limit') ?? LARGEST_PAGE), LARGEST_PAGE);
  const after = asked.get('after');
  const from = after === null ? 0 : rows.findIndex((row) => (row as { id?: string }).id === after) + 1;
  return rows.slice(from, from + limit);
}

/** The last part of a path that is one of these routes. */
function routeOf({ method, path }: Exchange): string | undefined {
  const base = path.startsWith(DIRECT) ? DIRECT : PROJECT.exec(path)?.[0];
  if (base === undefined) return undefined;
  const route = path.slice(base.length);
  const lists = base === DIRECT ? 'get-templates' : 'wa_template/';
  return (method === 'GET' && route === lists) || (method === 'POST' && route === 'get-media') ? route : undefined;
}

/** Whether a call carries a credential of its API at all. */
function provesItself({ headers }: Exchange): boolean {
  return /^Bearer \S+$/.test(headers.authorization ?? '') || headers['x-aisensy-project-api-pwd'] !== undefined;
}
