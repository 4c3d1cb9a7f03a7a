import { randomBytes } from 'node:crypto';
import type { Exchange } from '../../wire/http-server.ts';
import type { AnswerBehaviour } from '../behaviour.ts';
import type { DirectApiOptions } from '../options.ts';

/** The Direct API's tokens: each one that is fetched voids those before it. */
export class DirectTokens {
  /** How often a token was fetched. */
  fetched = 0;
  private current: string | undefined;
  private readonly login: string | undefined;

  constructor({ token, username, password, projectId }: DirectApiOptions) {
    this.current = token;
    this.login = username === undefined ? undefined : Buffer.from(`${username}:${password}:${projectId}`).toString('base64');
  }

  /** What a caller with another token is answered. Before there is any, each one is right. */
  refuses({ headers }: Exchange): AnswerBehaviour | undefined {
    const right = this.current === undefined && this.login === undefined;
    if (right || (this.current !== undefined && headers.authorization === `Bearer ${this.current}`)) return undefined;
    return { kind: 'answer', status: 422, body: { message: 'Invalid Token!' } };
  }

  /** The answer to who asks for a token. */
  issue({ headers }: Exchange): AnswerBehaviour {
    if (this.login === undefined || headers.authorization !== `Bearer ${this.login}`) {
      return { kind: 'answer', status: 401, body: { message: 'Invalid credentials' } };
    }
    this.fetched += 1;
    this.current = `sim.${randomBytes(16).toString('hex')}.${this.fetched}`;
    return { kind: 'answer', body: { users: [{ token: this.current }] } };
  }

  /** Makes the token wrong, as somebody else's regenerating does. */
  void(): void {
    this.current = `void.${randomBytes(16).toString('hex')}`;
  }
}
