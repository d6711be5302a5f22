/** The tokens of the recorded requests, which the recordings hide, by what their situation says about them. */

import type { Exchange } from './recording.js';

type Tokens = Readonly<Record<string, string>>;

/** Tokens that are wrong on purpose (auth-errors.json). */
function wrongToken(situation: string, tokens: Tokens, newKey: string | undefined): string | undefined {
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
      return newKey;
    default:
      return undefined;
  }
}

/** What stands for `<token…>` in the headers of this exchange. */
export function tokenFor(exchange: Exchange, tokens: Tokens, newKey: string | undefined): string {
  const values = Object.values(exchange.request.headers);
  const named = values.map((value) => /<token:(\w+)>/.exec(value)?.[1]).find((name) => name !== undefined);
  // Where nothing is said, the recorder used the token of alice.
  const isWrong = values.some((value) => /<token: |^Bearer /.test(value));
  return (
    (isWrong ? wrongToken(exchange.situation, tokens, newKey) : undefined) ??
    tokens[named ?? exchange.as ?? 'alice'] ??
    ''
  );
}
