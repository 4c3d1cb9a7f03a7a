import type { Rule } from './must.ts';
import { beText, wrongKind } from './rules.ts';
import { beHeaderValue } from './secret-rules.ts';

const LOGIN = ['username', 'password', 'projectId'] as const;
const LOGIN_WANTED = 'username, password and projectId, from which a token is fetched';

/** The Direct API's token, which may be left out where there is a user to fetch it for. */
export function beTokenUnlessLogin(): Rule {
  const beToken = beHeaderValue("the Direct API's token");
  return (value, group) => {
    if (value !== undefined) return beToken(value, group);
    return hasLogin(group) ? undefined : `is missing. Give the Direct API's token, or ${LOGIN_WANTED}.`;
  };
}

/** `username`, `password` and `projectId`: all of them, or none. */
export function beWholeLogin(): Rule {
  return (value, group) => (value === undefined && !hasLogin(group) ? undefined : beText(LOGIN_WANTED)(value, group));
}

function hasLogin(group: object): boolean {
  return LOGIN.some((name) => (group as Record<string, unknown>)[name] !== undefined);
}

/** A project's id in AiSensy. */
export function beProjectId(): Rule {
  const wanted = "the project's id, 24 hexadecimal digits";
  return (value) => {
    if (typeof value !== 'string') return wrongKind(value, wanted);
    return /^[\da-f]{24}$/i.test(value) ? undefined : `must be ${wanted}.`;
  };
}
