/** The addresses in what an agent reported: its claim, shown only where nothing in them deceives the eye. */

import { visible } from '../text/untrusted.js';

export const linkKinds = ['pull_request'] as const;

export interface Link {
  readonly url: string;
  readonly kind?: (typeof linkKinds)[number];
}

const MAX_LINKS = 3;
// Longer ones are traps or data; no browser bar shows them.
const MAX_URL_CHARS = 2_048;

// What delimits an address in prose, Markdown, HTML, frames and CJK text. A backslash ends it, since browsers read it as a slash.
const address = /\bhttps?:\/\/[^\s<>"`\\^{|}\u2500-\u257f\u3000-\u303f\uff00-\uff65]+/gi;

// Where GitHub, Gitea and Forgejo, Bitbucket, Azure and GitLab, hosted or not, keep a request to merge.
const pullRequestPath = /[^/]\/(?:pull|pulls|pull-requests|pullrequest|merge_requests)\/\d+(?:\/|$)/;

/** At most three http(s) addresses from the report, else from the agent's last screen; requests to merge first. */
export function linksOf(reportUri: string | undefined, addresses: readonly string[] = []): Link[] {
  const reported = linksIn(reportUri ?? '');
  return reported.length > 0 ? reported : linksIn(addresses.join('\n'));
}

function linksIn(text: string): Link[] {
  const links = new Map<string, Link>();
  for (const [found] of text.matchAll(address)) {
    const link = toLink(found);
    if (link) links.set(link.url, link);
  }
  const all = [...links.values()];
  const isRequest = ({ kind }: Link) => kind !== undefined;
  return [...all.filter(isRequest), ...all.filter((link) => !isRequest(link))].slice(0, MAX_LINKS);
}

function toLink(found: string): Link | undefined {
  if (found.length > MAX_URL_CHARS || visible(found) !== found) return undefined;
  const text = withoutPunctuation(found);
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  // A name before an @ reads like a host, and a password is nobody's business here.
  if (url.username !== '' || url.password !== '') return undefined;
  // Letters of other scripts that look like Latin ones show as what they are in the parsed form.
  const shown = /^[\x21-\x7e]+$/.test(text) ? text : url.href;
  return { url: shown, ...(pullRequestPath.test(url.pathname) && { kind: 'pull_request' as const }) };
}

/** Without what belongs to the sentence or the markup: `.` at the end, the `)` of a Markdown link, the `*` of bold. */
function withoutPunctuation(found: string): string {
  // `](` and `][` cannot stand in an address; a Markdown link whose text is an address holds it twice.
  const url = found.split(/\]\(|\]\[/, 1)[0] ?? '';
  const extra = { ')': count(url, ')') - count(url, '('), ']': count(url, ']') - count(url, '[') };
  let end = url.length;
  for (; end > 0; end--) {
    const last = url[end - 1] ?? '';
    if (last === ')' || last === ']') {
      if (extra[last] <= 0) break;
      extra[last]--;
    } else if (!/[.,;:!?'*_~…]/.test(last)) break;
  }
  return url.slice(0, end);
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
