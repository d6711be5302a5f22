/** The tokens of the recorded requests, which the recordings hide, by what their situation says about them. */

import type { Exchange } from './recording.js';

const NEW_TOKEN = 'new';

type Tokens = Readonly<Record<string, string>>;

/** Tokens that are wrong on purpose (auth-errors.json). */
function wrongToken(situation: string, tokens: Tokens): string | undefined {
  const [id = '', secret = ''] = (tokens.admin ?? '').split('-');
  switch (situation) {
    case 'malformed: one part':
    case 'Authorization Bearer, bad token':
      return 'broken';
    case 'malformed: three parts':
      return `${id}-${secret}-x`;
    case 'malformed: short id':
      return `abc-${secret}`;
    case 'malformed: short secret':
      return `${id}-abc`;
    case 'unknown id':
      return `ZZZZZZZZZZ-${secret}`;
    case 'wrong secret':
      return `${id}-${'Z'.repeat(22)}`;
    case 'expired token':
      return tokens[NEW_TOKEN];
    default:
      return undefined;
  }
}

/** The name by which later exchanges mean the token that this one makes: scopes.json numbers them, others say what it may do. */
export function newTokenName({ as, request, situation }: Exchange): string {
  const number = /"token_name": "sc-(\d+)-/.exec(request.body ?? '')?.[1];
  const label = /"token_name": "r/.test(request.body ?? '') ? /^make token \[(.+)\]$/.exec(situation)?.[1] : undefined;
  if (label !== undefined) return `${as}:${label}`;
  return number === undefined ? NEW_TOKEN : `${as}:scoped${number}`;
}

/** What stands for `<token…>` in the headers of this exchange. */
export function tokenFor(exchange: Exchange, tokens: Tokens): string {
  const values = Object.values(exchange.request.headers);
  const named = values.map((value) => /<token:([^>]+)>/.exec(value)?.[1]).find((name) => name !== undefined);
  // Where nothing is said, the recorder used the token of alice.
  const isWrong = values.some((value) => /<token: |^Bearer /.test(value));
  return (
    (isWrong ? wrongToken(exchange.situation, tokens) : undefined) ?? tokens[named ?? exchange.as ?? 'alice'] ?? ''
  );
}
