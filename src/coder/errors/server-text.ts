/** Coder's own words for an error, made fit to be shown: no HTML, no SQL, no Go internals, no secrets, one short line. */

const MAX_CHARS = 300;

// Coder's tokens have this shape (coder-api §5.2).
const TOKEN = /\b[A-Za-z0-9]{10}-[A-Za-z0-9]{22}\b/g;

// From here on a text speaks of the inside of the server; what stands before it may still help.
const INTERNALS = [
  /\bpq: .*/,
  /\bsql: .*/,
  /\b(?:ERROR|FATAL): .*SQLSTATE.*/,
  /\bgoroutine \d+.*/,
  /\bruntime error: .*/,
  /\bpanic: .*/,
  /<(?:!doctype|html|head|body|script|\?xml)\b.*/i,
  / into Go (?:struct|value).*/,
];

/** The text that may be shown, or undefined when nothing is left of it. Secrets of this process are taken out before. */
export function cleanServerText(raw: string): string | undefined {
  let text = raw
    .replaceAll(TOKEN, '[secret]')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  text = withoutDump(text);
  // Where Coder dialled inside the workspace's network says nothing to anybody outside it.
  text = text.replace(/^(?:Get|Post) "[^"]*": (?:.*?\bconnect tcp \S+ )?/, '');
  for (const internal of INTERNALS) text = text.replace(internal, '');
  text = text.replace(/[\s:;,]+$/, '').replace(/\s{2,}/g, ' ');
  if (text === '') return undefined;
  return text.length <= MAX_CHARS ? text : `${text.slice(0, MAX_CHARS - 1)}…`;
}

/** A JSON object within a sentence gives way to the innermost message it carries. */
function withoutDump(text: string): string {
  const start = text.search(/\{\s*"/);
  if (start === -1) return text;
  const messages = [...text.slice(start).matchAll(/"message"\s*:\s*"((?:[^"\\]|\\.)*)"/g)];
  const innermost = messages.at(-1)?.[1] ?? '';
  return `${text.slice(0, start)}${innermost.replaceAll('\\"', '"')}`;
}
